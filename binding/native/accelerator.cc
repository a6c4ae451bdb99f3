#include "accelerator.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <c10/core/Device.h>
#include <dlfcn.h>

#include <string>

namespace torch_js {

Napi::Value LoadLibrary(Environment&, const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>();
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL)) return info.Env().Null();
  return Napi::String::New(info.Env(), dlerror());
}

Napi::Value Accelerator(Environment&, const Napi::CallbackInfo& info) {
  const auto type = at::accelerator::getAccelerator();
  if (!type || at::accelerator::deviceCount() == 0) return info.Env().Null();
  Napi::Object result = Napi::Object::New(info.Env());
  result["device"] = c10::DeviceTypeName(*type, /*lower_case=*/true);
  result["count"] = static_cast<int>(at::accelerator::deviceCount());
  return result;
}

Napi::Value Synchronize(Environment&, const Napi::CallbackInfo& info) {
  if (at::accelerator::getAccelerator() && at::accelerator::deviceCount() > 0) {
    at::accelerator::synchronizeDevice(
        static_cast<c10::DeviceIndex>(info[0].ToNumber().Int32Value()));
  }
  return info.Env().Undefined();
}

Napi::Value SetThreads(Environment&, const Napi::CallbackInfo& info) {
  at::set_num_threads(info[0].ToNumber().Int32Value());
  return info.Env().Undefined();
}

Napi::Value Threads(Environment&, const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), at::get_num_threads());
}

}  // namespace torch_js
