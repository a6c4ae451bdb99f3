#include "errors.h"

#include <c10/util/Exception.h>

#include <new>
#include <string>

#include "handles.h"

namespace torch_js {

namespace {

void Throw(Napi::Env env, const char* code, const char* kind, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  error.Set("kind", Napi::String::New(env, kind));
  error.ThrowAsJavaScriptException();
}

// PyTorch's name for what LibTorch threw (torch/csrc/Exceptions.h maps them alike).
const char* KindOf(const c10::Error& error) {
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error)) return "OutOfMemoryError";
  if (dynamic_cast<const c10::IndexError*>(&error)) return "IndexError";
  if (dynamic_cast<const c10::ValueError*>(&error)) return "ValueError";
  if (dynamic_cast<const c10::TypeError*>(&error)) return "TypeError";
  if (dynamic_cast<const c10::NotImplementedError*>(&error)) return "NotImplementedError";
  if (dynamic_cast<const c10::LinAlgError*>(&error)) return "LinAlgError";
  return "RuntimeError";
}

}  // namespace

void ThrowToJavaScript(Napi::Env env, std::exception_ptr exception) noexcept {
  try {
    try {
      std::rethrow_exception(std::move(exception));
    } catch (const Napi::Error& error) {
      error.ThrowAsJavaScriptException();
    } catch (const c10::Error& error) {
      Throw(env, "ERR_TORCH", KindOf(error), error.what_without_backtrace());
    } catch (const StaleHandle& error) {
      Throw(env, "ERR_TORCH_DISPOSED", "RuntimeError", error.what());
    } catch (const std::bad_alloc&) {
      Throw(env, "ERR_TORCH", "OutOfMemoryError", "not enough memory");
    } catch (const std::exception& error) {
      Throw(env, "ERR_TORCH", "RuntimeError", error.what());
    } catch (...) {
      Throw(env, "ERR_TORCH", "RuntimeError", "LibTorch threw something that is not an exception");
    }
  } catch (...) {
    // Making the error failed: JavaScript is shutting down and will see none.
  }
}

}  // namespace torch_js
