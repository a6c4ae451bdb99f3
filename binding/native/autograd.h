// Backward passes and the gradient mode.
#pragma once

#include <napi.h>

namespace torch_js {

class Environment;

// Message in, for backward and grad: outputs, gradients of the outputs, inputs (each a list: its
// length, then handles, 0 for none), retain_graph (-1: as create_graph), create_graph,
// allow_unused. JavaScript: backward(); grad(), whose message out is a list of handles.
bool Backward(Environment& environment);
bool Grad(Environment& environment);

// JavaScript: gradOf(handle) -> handle of the accumulated gradient, 0 for none; setGrad(handle,
// grad).
Napi::Value GradOf(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value SetGrad(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: setGradEnabled(flag) -> what it was; isGradEnabled().
Napi::Value SetGradEnabled(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value IsGradEnabled(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: inferenceMode(fn) runs fn in LibTorch's inference mode.
Napi::Value InferenceMode(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: setAnomalyDetection(enabled, check_nan); anomalyDetection() -> {enabled, checkNan}.
Napi::Value SetAnomalyDetection(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value AnomalyDetection(Environment& environment, const Napi::CallbackInfo& info);

}  // namespace torch_js
