#include "tensors.h"

#include <torch/csrc/autograd/function.h>

#include <stdexcept>
#include <string>
#include <unordered_set>

#include "buffers.h"
#include "codes.h"

namespace torch_js {

namespace {
constexpr double kMaxMailbox = kMaxExternalBytes / sizeof(double);
}  // namespace

at::Tensor& TensorAt(Environment& environment, const Napi::Value& handle) {
  return environment.tensors.At(NumberFrom(handle));
}

std::vector<at::Tensor> ReadTensors(Environment& environment, MailboxReader& mailbox) {
  std::vector<at::Tensor> tensors(mailbox.Count());
  for (at::Tensor& tensor : tensors) {
    const double handle = mailbox.Number();
    if (handle != 0) tensor = environment.tensors.At(handle);
  }
  return tensors;
}

void WriteTensors(Environment& environment, Environment::Writer& writer,
                  const std::vector<at::Tensor>& tensors) {
  writer.Number(static_cast<double>(tensors.size()));
  for (const at::Tensor& tensor : tensors) {
    writer.Number(tensor.defined() ? environment.tensors.Add(tensor) : 0);
  }
}

Napi::Value DescribeTensor(Environment& environment, const Napi::CallbackInfo& info) {
  const at::Tensor& tensor = TensorAt(environment, info[0]);
  Environment::Writer writer(environment);
  writer.Number(static_cast<double>(tensor.scalar_type()));
  writer.Number(static_cast<double>(tensor.device().type()));
  writer.Number(tensor.device().index());
  writer.Number(tensor.requires_grad());
  writer.Number(tensor.is_leaf());
  writer.Number(static_cast<double>(tensor.layout()));
  writer.Number(static_cast<double>(tensor.dim()));
  for (const int64_t size : tensor.sizes()) writer.Integer(size);
  if (tensor.layout() == c10::kStrided) {
    for (const int64_t stride : tensor.strides()) writer.Integer(stride);
  }
  return Napi::Boolean::New(info.Env(), writer.grown());
}

Napi::Value GradNode(Environment& environment, const Napi::CallbackInfo& info) {
  const auto& node = TensorAt(environment, info[0]).grad_fn();
  if (!node) return info.Env().Null();
  // Nodes written by hand say their namespace too.
  const std::string name = node->name();
  return Napi::String::New(info.Env(), name.substr(name.rfind(':') + 1));
}

Napi::Value Duplicate(Environment& environment, const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), environment.tensors.Add(TensorAt(environment, info[0])));
}

Napi::Value Dispose(Environment& environment, const Napi::CallbackInfo& info) {
  environment.tensors.Remove(NumberFrom(info[0]));
  return info.Env().Undefined();
}

bool DisposeMany(Environment& environment) {
  MailboxReader mailbox(environment.mailbox());
  // One handle that is no longer anybody's must not keep the others alive.
  bool all = true;
  for (size_t i = mailbox.Count(); i > 0; --i) {
    all &= environment.tensors.TryRemove(mailbox.Number());
  }
  if (!all) throw StaleHandle("a tensor");
  return false;
}

Napi::Value Memory(Environment& environment, const Napi::CallbackInfo& info) {
  std::unordered_set<const c10::StorageImpl*> seen;
  double bytes = 0;
  environment.tensors.ForEach([&](const at::Tensor& tensor) {
    if (!tensor.has_storage()) return;
    const c10::StorageImpl* storage = tensor.storage().unsafeGetStorageImpl();
    if (seen.insert(storage).second) bytes += static_cast<double>(storage->nbytes());
  });
  Napi::Object result = Napi::Object::New(info.Env());
  result["tensors"] = static_cast<double>(environment.tensors.Live());
  result["bytes"] = bytes;
  return result;
}

Napi::Value StorageOf(Environment& environment, const Napi::CallbackInfo& info) {
  const at::Tensor& tensor = TensorAt(environment, info[0]);
  TORCH_CHECK_TYPE(tensor.has_storage(), "the tensor does not lie in one piece of memory");
  const c10::StorageImpl* storage = tensor.storage().unsafeGetStorageImpl();
  Napi::Object result = Napi::Object::New(info.Env());
  // Addresses have 52 bits at most: a number holds them exactly.
  result["id"] = static_cast<double>(reinterpret_cast<uintptr_t>(storage));
  result["bytes"] = static_cast<double>(storage->nbytes());
  result["offset"] = static_cast<double>(tensor.storage_offset());
  return result;
}

Napi::Value Intern(Environment& environment, const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), environment.Intern(TextFrom(info[0])));
}

Napi::Value TextOf(Environment& environment, const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), environment.TextOf(NumberFrom(info[0])));
}

Napi::Value ShowMailbox(Environment& environment, const Napi::CallbackInfo& info) {
  const double capacity = NumberFrom(info[0]);
  if (!(capacity >= 0 && capacity <= kMaxMailbox)) {
    throw std::invalid_argument("a mailbox of that size is not possible");
  }
  environment.GrowMailbox(static_cast<size_t>(capacity));
  return environment.ShowMailbox(info.Env());
}

}  // namespace torch_js
