// The door: reads a call's arguments from the mailbox, calls the operator, writes the results back.
#pragma once

namespace torch_js {

class Environment;

// JavaScript: call(). Message in: the operator's id, a bit set of the arguments given, those
// arguments by their codes; the others take the schema's defaults. Message out: the results by
// theirs; one that is an argument writes nothing.
bool Call(Environment& environment);

}  // namespace torch_js
