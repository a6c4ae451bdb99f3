// The one guard through which every export is registered: nothing that C++ throws gets past it.
#pragma once

#include <napi.h>

#include <exception>
#include <type_traits>

namespace torch_js {

class Environment;

// What an export does. The hot one takes its arguments from the mailbox alone and skips reading
// JavaScript's, which costs as much as a small operator's dispatch.
using Body = Napi::Value (*)(Environment&, const Napi::CallbackInfo&);
// It says whether the mailbox grew, which JavaScript must then look at anew.
using MailboxBody = bool (*)(Environment&);

// Turns the exception being handled into a pending JavaScript error with a stable `code` and, where
// LibTorch said it, the `kind` of error that PyTorch would raise ("RuntimeError", "IndexError",
// ...).
void ThrowToJavaScript(Napi::Env env, std::exception_ptr exception) noexcept;

template <auto body>
napi_value Guard(napi_env env, napi_callback_info raw) {
  try {
    if constexpr (std::is_convertible_v<decltype(body), MailboxBody>) {
      void* environment = nullptr;
      napi_get_instance_data(env, &environment);
      if (!body(*static_cast<Environment*>(environment))) return nullptr;
      return Napi::Boolean::New(env, true);
    } else {
      const Napi::CallbackInfo info(env, raw);
      return body(*static_cast<Environment*>(info.Data()), info);
    }
  } catch (...) {
    ThrowToJavaScript(Napi::Env(env), std::current_exception());
    return nullptr;
  }
}

}  // namespace torch_js
