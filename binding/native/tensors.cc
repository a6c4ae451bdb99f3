#include "tensors.h"

#include <torch/csrc/autograd/function.h>

#include <string>
#include <unordered_set>

#include "environment.h"

namespace torch_js {

namespace {

// src/dtype.ts and src/device.ts write these numbers: an upgrade that moves one must not compile.
static_assert(static_cast<int>(c10::kByte) == 0 && static_cast<int>(c10::kChar) == 1 &&
              static_cast<int>(c10::kShort) == 2 && static_cast<int>(c10::kInt) == 3 &&
              static_cast<int>(c10::kLong) == 4 && static_cast<int>(c10::kHalf) == 5 &&
              static_cast<int>(c10::kFloat) == 6 && static_cast<int>(c10::kDouble) == 7 &&
              static_cast<int>(c10::kComplexHalf) == 8 &&
              static_cast<int>(c10::kComplexFloat) == 9 &&
              static_cast<int>(c10::kComplexDouble) == 10 && static_cast<int>(c10::kBool) == 11 &&
              static_cast<int>(c10::kBFloat16) == 15 && static_cast<int>(c10::kUInt16) == 27 &&
              static_cast<int>(c10::kUInt32) == 28 && static_cast<int>(c10::kUInt64) == 29);
static_assert(static_cast<int>(c10::kCPU) == 0 && static_cast<int>(c10::kCUDA) == 1 &&
              static_cast<int>(c10::kXPU) == 12 && static_cast<int>(c10::kMPS) == 13 &&
              static_cast<int>(c10::kMeta) == 14);

}  // namespace

at::Tensor& TensorAt(Environment& environment, const Napi::Value& handle) {
  return environment.tensors.At(handle.ToNumber().DoubleValue());
}

c10::ScalarType DTypeFrom(const Napi::Value& code) {
  const double value = code.ToNumber().DoubleValue();
  if ((value >= 0 && value <= 11) || value == 15 || (value >= 27 && value <= 29)) {
    return static_cast<c10::ScalarType>(static_cast<int>(value));
  }
  throw std::invalid_argument("no such dtype");
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
  environment.tensors.Remove(info[0].ToNumber().DoubleValue());
  return info.Env().Undefined();
}

bool DisposeMany(Environment& environment) {
  MailboxReader mailbox(environment.mailbox());
  const size_t count = mailbox.Count();
  for (size_t i = 0; i < count; ++i) environment.tensors.Remove(mailbox.Number());
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

Napi::Value Intern(Environment& environment, const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), environment.Intern(info[0].As<Napi::String>()));
}

Napi::Value TextOf(Environment& environment, const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), environment.TextOf(info[0].ToNumber().DoubleValue()));
}

Napi::Value ShowMailbox(Environment& environment, const Napi::CallbackInfo& info) {
  environment.GrowMailbox(static_cast<size_t>(info[0].ToNumber().Int64Value()));
  return environment.ShowMailbox(info.Env());
}

}  // namespace torch_js
