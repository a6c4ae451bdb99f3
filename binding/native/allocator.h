// LibTorch's CPU memory: counted exactly, and small blocks kept for the next tensor.
#pragma once

#include <napi.h>

namespace torch_js {

class Environment;

// Makes LibTorch take its CPU memory here. Once a process; later calls do nothing.
void InstallAllocator();

// JavaScript: allocated() -> {bytes, peak}: what LibTorch holds on the CPU in the whole process,
// saved tensors of graphs included, and the most it held since the last resetPeak().
Napi::Value Allocated(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value ResetPeak(Environment& environment, const Napi::CallbackInfo& info);

}  // namespace torch_js
