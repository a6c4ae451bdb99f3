// Reads a call's arguments from the mailbox, by the codes that its operator was compiled to.
#pragma once

#include <ATen/core/stack.h>

#include "mailbox.h"
#include "schema.h"

namespace torch_js {

class Environment;

// Puts the arguments of `op` onto the empty `stack`: those that the message says are given, the
// schema's defaults for the others. Throws where one is missing, or is none of its kind.
void ReadArguments(Environment& environment, MailboxReader mailbox, const Operator& op,
                   torch::jit::Stack& stack);

}  // namespace torch_js
