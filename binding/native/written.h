// The tensors that an operator writes into, where LibTorch alone would reach beyond their memory or
// leave them broken.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/stack.h>

#include "schema.h"

namespace torch_js {

// Throws where a size is negative: LibTorch lets that pass beside a size of 0.
void CheckShape(const at::Tensor& tensor);

// Calls an operator that gives arguments of its a shape (`out`, `resize_`). One that it reads as
// well would change under it, so that gets the result afterwards. One whose shape has a negative
// size is left empty.
void CallReshaping(const Operator& op, torch::jit::Stack& stack);

// After an operator failed: a tensor among the arguments it writes that now reaches beyond its
// memory is left empty. LibTorch gives a tensor its new shape before it has the memory for it.
void MendWritten(const Operator& op, const torch::jit::Stack& arguments);

}  // namespace torch_js
