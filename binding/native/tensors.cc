#include "tensors.h"

#include <ATen/Functions.h>

#include <cstring>
#include <unordered_set>
#include <vector>

#include "environment.h"

namespace torch_js {

namespace {

at::Tensor& TensorAt(Environment& environment, const Napi::Value& value) {
  return environment.tensors.At(value.ToNumber().DoubleValue());
}

// JavaScript has no half-precision arrays; the wider type holds every value exactly.
c10::ScalarType ArrayType(c10::ScalarType dtype) {
  if (dtype == c10::kHalf || dtype == c10::kBFloat16) return c10::kFloat;
  if (dtype == c10::kComplexHalf) return c10::kComplexFloat;
  return dtype;
}

// src/dtype.ts and src/device.ts write these numbers: an upgrade that moves one must not compile.
static_assert(static_cast<int>(c10::kByte) == 0 && static_cast<int>(c10::kChar) == 1 &&
              static_cast<int>(c10::kShort) == 2 && static_cast<int>(c10::kInt) == 3 &&
              static_cast<int>(c10::kLong) == 4 && static_cast<int>(c10::kHalf) == 5 &&
              static_cast<int>(c10::kFloat) == 6 && static_cast<int>(c10::kDouble) == 7 &&
              static_cast<int>(c10::kComplexHalf) == 8 &&
              static_cast<int>(c10::kComplexFloat) == 9 &&
              static_cast<int>(c10::kComplexDouble) == 10 && static_cast<int>(c10::kBool) == 11 &&
              static_cast<int>(c10::kBFloat16) == 15);
static_assert(static_cast<int>(c10::kCPU) == 0 && static_cast<int>(c10::kCUDA) == 1 &&
              static_cast<int>(c10::kXPU) == 12 && static_cast<int>(c10::kMPS) == 13 &&
              static_cast<int>(c10::kMeta) == 14);

}  // namespace

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

Napi::Value FromBuffer(Environment& environment, const Napi::CallbackInfo& info) {
  const auto view = info[0].As<Napi::TypedArray>();
  const auto dtype = static_cast<c10::ScalarType>(info[1].ToNumber().Int32Value());
  const auto shape = info[2].As<Napi::Array>();
  std::vector<int64_t> sizes(shape.Length());
  for (uint32_t i = 0; i < shape.Length(); ++i) {
    sizes[i] = shape.Get(i).ToNumber().Int64Value();
  }
  at::Tensor tensor = at::empty(sizes, at::TensorOptions().dtype(dtype));
  if (tensor.nbytes() != view.ByteLength()) {
    throw std::invalid_argument("the data has " + std::to_string(view.ByteLength()) +
                                " bytes, the shape and dtype need " +
                                std::to_string(tensor.nbytes()));
  }
  void* bytes = nullptr;
  napi_get_typedarray_info(info.Env(), view, nullptr, nullptr, &bytes, nullptr, nullptr);
  if (tensor.nbytes() > 0) std::memcpy(tensor.mutable_data_ptr(), bytes, tensor.nbytes());
  return Napi::Number::New(info.Env(), environment.tensors.Add(std::move(tensor)));
}

Napi::Value ToBuffer(Environment& environment, const Napi::CallbackInfo& info) {
  at::Tensor source = TensorAt(environment, info[0]).detach();
  // The zeros that autograd makes (the gradient of sgn) have no memory until they are copied.
  if (source._is_zerotensor()) source = source.clone();
  const at::Tensor tensor = source.to(c10::kCPU, ArrayType(source.scalar_type()))
                                .resolve_conj()
                                .resolve_neg()
                                .contiguous();
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(info.Env(), tensor.nbytes());
  if (tensor.nbytes() > 0) std::memcpy(buffer.Data(), tensor.const_data_ptr(), tensor.nbytes());
  return buffer;
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
