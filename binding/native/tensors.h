// What JavaScript asks of a tensor beside operators: its description, its memory, its life.
#pragma once

#include <ATen/core/Tensor.h>
#include <napi.h>

#include <vector>

#include "environment.h"

namespace torch_js {

// The tensor that JavaScript names by its handle.
at::Tensor& TensorAt(Environment& environment, const Napi::Value& handle);

// Lists of tensors in the mailbox: their number, then a handle each, 0 for none.
std::vector<at::Tensor> ReadTensors(Environment& environment, MailboxReader& mailbox);
void WriteTensors(Environment& environment, Environment::Writer& writer,
                  const std::vector<at::Tensor>& tensors);

// JavaScript: describe(handle) writes dtype, device type, device index, requires_grad, is_leaf,
// layout, dim, sizes..., strides... into the mailbox; -> true where the mailbox grew.
Napi::Value DescribeTensor(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: gradNode(handle) -> the name of the autograd node that the tensor came out of, or
// null.
Napi::Value GradNode(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: duplicate(handle) -> a second handle to the same tensor.
Napi::Value Duplicate(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: dispose(handle).
Napi::Value Dispose(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: disposeMany() frees the handles in the mailbox: their number, then they.
bool DisposeMany(Environment& environment);

// JavaScript: memory() -> {tensors, bytes}: live handles, and the bytes of the storages they hold,
// a storage that several share counted once.
Napi::Value Memory(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: storageOf(handle) -> {id, bytes, offset}: which memory the tensor lies in (no other
// has that id while it lives), how large it is, and the index of the tensor's first element in it.
Napi::Value StorageOf(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: intern(text) -> id; text(id) -> text.
Napi::Value Intern(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value TextOf(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: mailbox(capacity) -> ArrayBuffer of the mailbox, grown to `capacity` doubles at
// least.
Napi::Value ShowMailbox(Environment& environment, const Napi::CallbackInfo& info);

}  // namespace torch_js
