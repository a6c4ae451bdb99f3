// Memory that JavaScript and tensors share, and copies between the two.
#pragma once

#include <napi.h>

namespace torch_js {

class Environment;

// JavaScript: fromBuffer(view, dtype, shape) -> handle of a CPU tensor holding a copy of the view's
// bytes.
Napi::Value FromBuffer(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: fromShared(view, dtype, shape) -> handle of a CPU tensor lying in the
// SharedArrayBuffer that the view shows, and keeping it alive.
Napi::Value FromShared(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: copyTo(handle, view) writes the elements into the view in row-major order, half
// precision widened to single.
Napi::Value CopyTo(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: share(handle) -> ArrayBuffer over the elements themselves, which live as long as it
// does.
Napi::Value Share(Environment& environment, const Napi::CallbackInfo& info);

// The largest ArrayBuffer that every supported Node makes of memory that is not its own. Asked for
// a larger one, Node frees what node-addon-api frees once more.
constexpr size_t kMaxExternalBytes = size_t{1} << 32;

}  // namespace torch_js
