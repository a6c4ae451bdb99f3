#include "accelerator.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <c10/core/Device.h>
#include <dlfcn.h>

#include <stdexcept>
#include <string>

#include "codes.h"

namespace torch_js {

namespace {
// More than machines have; where OpenMP fails to start one, it ends the process.
constexpr double kMaxThreads = 1024;
}  // namespace

Napi::Value LoadLibrary(Environment&, const Napi::CallbackInfo& info) {
  const std::string path = TextFrom(info[0]);
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
  const auto type = at::accelerator::getAccelerator();
  if (type && at::accelerator::deviceCount() > 0) {
    const c10::Device device = DeviceFrom(static_cast<double>(*type), NumberFrom(info[0]));
    at::accelerator::synchronizeDevice(device.index());
  }
  return info.Env().Undefined();
}

Napi::Value SetThreads(Environment&, const Napi::CallbackInfo& info) {
  const double count = NumberFrom(info[0]);
  if (!(count >= 1 && count <= kMaxThreads))
    throw std::invalid_argument("no such number of threads");
  at::set_num_threads(static_cast<int>(count));
  return info.Env().Undefined();
}

Napi::Value Threads(Environment&, const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), at::get_num_threads());
}

}  // namespace torch_js
