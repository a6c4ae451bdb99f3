// torch.autograd.Function: an operation whose forward and backward are JavaScript.
#pragma once

#include <napi.h>

namespace torch_js {

class Environment;

// JavaScript: applyFunction(forward, backward) -> true where the mailbox grew. Message in: the
// input tensors as a list. Message out: the outputs as a list.
//   forward(grown) runs at once and answers with four lists of handles: outputs, tensors to save,
//   outputs
//     that are not differentiable, inputs that were changed in place.
//   backward(grown) runs in each backward pass. It is sent the gradients of the outputs, the saved
//     tensors, and a flag for each input that needs a gradient, each as a list; it answers with the
//     gradients of the inputs, 0 for none, in handles that are the addon's to free.
Napi::Value ApplyFunction(Environment& environment, const Napi::CallbackInfo& info);

}  // namespace torch_js
