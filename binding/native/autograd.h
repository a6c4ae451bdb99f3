// Backward passes and the gradient mode.
#pragma once

#include <napi.h>

namespace torch_js {

class Environment;

// Message in, for backward and grad: outputs, gradients of the outputs, inputs (each a list: its length,
// then handles, 0 for none), retain_graph (-1: as create_graph), create_graph, allow_unused.
// JavaScript: backward(); grad() -> true where the mailbox grew, with a list of handles in it.
Napi::Value Backward(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value Grad(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: gradOf(handle) -> handle of the accumulated gradient, 0 for none; setGrad(handle, grad).
Napi::Value GradOf(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value SetGrad(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: setGradEnabled(flag) -> what it was; isGradEnabled().
Napi::Value SetGradEnabled(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value IsGradEnabled(Environment& environment, const Napi::CallbackInfo& info);

}  // namespace torch_js
