// The door: reads a call's arguments from the mailbox, calls the operator boxed, writes the results back.
#pragma once

#include <napi.h>

namespace torch_js {

class Environment;

// JavaScript: call(id) -> true where the results outgrew the mailbox, which must then be fetched anew.
// Message in: a bit set of the arguments given, then those arguments by their codes; the others take
// the schema's defaults. Message out: the results by theirs; one that is an argument writes nothing.
Napi::Value Call(Environment& environment, const Napi::CallbackInfo& info);

}  // namespace torch_js
