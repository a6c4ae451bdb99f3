// Devices beyond the CPU, through LibTorch's device-agnostic interface; and the process's threads.
#pragma once

#include <napi.h>

namespace torch_js {

class Environment;

// JavaScript: loadLibrary(path) -> null, or why it could not be loaded. Loading libtorch_cuda
// registers CUDA.
Napi::Value LoadLibrary(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: accelerator() -> {device, count} of the one accelerator there is, or null.
Napi::Value Accelerator(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: synchronize(index) waits for the work queued on the accelerator; nothing to do on the
// CPU.
Napi::Value Synchronize(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: setThreads(count); threads() -> count, of the threads that work on one operator.
Napi::Value SetThreads(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value Threads(Environment& environment, const Napi::CallbackInfo& info);

}  // namespace torch_js
