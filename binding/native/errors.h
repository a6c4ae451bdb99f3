// The one guard through which every export is registered: nothing that C++ throws gets past it.
#pragma once

#include <napi.h>

#include <exception>

namespace torch_js {

class Environment;

using Body = Napi::Value (*)(Environment&, const Napi::CallbackInfo&);

// Turns the exception being handled into a pending JavaScript error with a stable `code` and, where
// LibTorch said it, the `kind` of error that PyTorch would raise ("RuntimeError", "IndexError", ...).
void ThrowToJavaScript(Napi::Env env, std::exception_ptr exception) noexcept;

template <Body body>
napi_value Guard(napi_env env, napi_callback_info raw) {
  try {
    const Napi::CallbackInfo info(env, raw);
    return body(*static_cast<Environment*>(info.Data()), info);
  } catch (...) {
    ThrowToJavaScript(Napi::Env(env), std::current_exception());
    return nullptr;
  }
}

}  // namespace torch_js
