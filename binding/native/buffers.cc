#include "buffers.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/CPUAllocator.h>

#include <cmath>
#include <cstring>
#include <memory>

#include "codes.h"
#include "environment.h"
#include "tensors.h"

namespace torch_js {

namespace {

constexpr double kMaxSize = 9007199254740991;

struct Bytes {
  void* data = nullptr;
  size_t size = 0;
  napi_value buffer = nullptr;
};

Bytes BytesOf(const Napi::Value& view) {
  if (!view.IsTypedArray()) throw std::invalid_argument("expected a TypedArray");
  Bytes bytes;
  bytes.size = view.As<Napi::TypedArray>().ByteLength();
  const napi_status status = napi_get_typedarray_info(view.Env(), view, nullptr, nullptr,
                                                      &bytes.data, &bytes.buffer, nullptr);
  if (status != napi_ok) throw std::invalid_argument("the TypedArray cannot be read");
  return bytes;
}

int64_t Size(const Napi::Value& value) {
  const double size = NumberFrom(value);
  if (!(size >= 0 && size <= kMaxSize) || size != std::floor(size)) {
    throw std::invalid_argument("expected a size");
  }
  return static_cast<int64_t>(size);
}

// Reading an array may run JavaScript (it may have getters): only afterwards may memory be looked
// at.
std::vector<int64_t> ShapeFrom(const Napi::Value& value) {
  if (!value.IsArray()) throw std::invalid_argument("expected a shape");
  const auto sizes = value.As<Napi::Array>();
  std::vector<int64_t> shape(sizes.Length());
  for (uint32_t i = 0; i < shape.size(); ++i) shape[i] = Size(sizes.Get(i));
  return shape;
}

void CheckSize(const Bytes& bytes, size_t wanted) {
  TORCH_CHECK_VALUE(bytes.size == wanted, "the array has ", bytes.size, " bytes, but the tensor ",
                    wanted);
}

// Whether the CPU's memory holds the elements as they are, one after the other.
bool LiesInOrder(const at::Tensor& tensor) {
  return tensor.is_cpu() && tensor.layout() == c10::kStrided && tensor.is_contiguous() &&
         !tensor.is_conj() && !tensor.is_neg() && !tensor._is_zerotensor();
}

// JavaScript has no half-precision arrays; the wider type holds every value exactly.
c10::ScalarType ArrayType(c10::ScalarType dtype) {
  if (dtype == c10::kHalf || dtype == c10::kBFloat16) return c10::kFloat;
  if (dtype == c10::kComplexHalf) return c10::kComplexFloat;
  return dtype;
}

using SharedData = std::shared_ptr<at::DataPtr>;

void DropShare(void* share) { delete static_cast<SharedData*>(share); }

// The storage's memory, from now on owned by the storage and by whoever holds the result: whatever
// becomes of the storage, it is not freed under an ArrayBuffer.
SharedData ShareData(c10::StorageImpl& storage) {
  if (storage.data_ptr().get_deleter() == &DropShare) {
    return *static_cast<SharedData*>(storage.data_ptr().get_context());
  }
  const auto shared = std::make_shared<at::DataPtr>(storage.set_data_ptr(at::DataPtr()));
  storage.set_data_ptr(
      at::DataPtr(shared->get(), new SharedData(shared), &DropShare, shared->device()));
  return shared;
}

}  // namespace

Napi::Value FromBuffer(Environment& environment, const Napi::CallbackInfo& info) {
  at::Tensor tensor = at::empty(ShapeFrom(info[2]), DTypeFrom(NumberFrom(info[1])));
  const Bytes bytes = BytesOf(info[0]);
  CheckSize(bytes, tensor.nbytes());
  if (bytes.size > 0) std::memcpy(tensor.mutable_data_ptr(), bytes.data, bytes.size);
  return Napi::Number::New(info.Env(), environment.tensors.Add(std::move(tensor)));
}

Napi::Value FromShared(Environment& environment, const Napi::CallbackInfo& info) {
  const std::vector<int64_t> shape = ShapeFrom(info[2]);
  const Bytes bytes = BytesOf(info[0]);
  bool detachable = true;
  napi_is_arraybuffer(info.Env(), bytes.buffer, &detachable);
  // An ArrayBuffer's memory can be taken away at any time; only a shared one stays where it is.
  if (detachable) throw std::invalid_argument("the memory is not a SharedArrayBuffer's");

  // The last to let go of the storage may be a thread of autograd's.
  const auto pin =
      std::make_shared<PinnedObject>(environment.trash, Napi::Object(info.Env(), bytes.buffer));
  // Able to grow, then into memory of its own: where resizing fails, LibTorch has changed the shape
  // before it notices, and the tensor reaches beyond its memory.
  at::Tensor tensor = at::for_blob(bytes.data, shape)
                          .deleter([pin](void*) {})
                          .options(DTypeFrom(NumberFrom(info[1])))
                          .resizeable_storage()
                          .allocator(c10::GetCPUAllocator())
                          .make_tensor();
  CheckSize(bytes, tensor.nbytes());
  return Napi::Number::New(info.Env(), environment.tensors.Add(std::move(tensor)));
}

Napi::Value CopyTo(Environment& environment, const Napi::CallbackInfo& info) {
  const at::Tensor& source = TensorAt(environment, info[0]);
  TORCH_CHECK_TYPE(source.layout() == c10::kStrided, "only dense tensors have elements in a row");
  const Bytes bytes = BytesOf(info[1]);
  const c10::ScalarType dtype = ArrayType(source.scalar_type());
  CheckSize(bytes, source.numel() * c10::elementSize(dtype));
  if (bytes.size == 0) return info.Env().Undefined();
  if (LiesInOrder(source) && dtype == source.scalar_type()) {
    // The array may lie over the tensor itself.
    std::memmove(bytes.data, source.const_data_ptr(), bytes.size);
  } else {
    const at::NoGradGuard no_grad;
    at::from_blob(bytes.data, source.sizes(), dtype).copy_(source);
  }
  return info.Env().Undefined();
}

Napi::Value Share(Environment& environment, const Napi::CallbackInfo& info) {
  const at::Tensor& tensor = TensorAt(environment, info[0]);
  TORCH_CHECK_TYPE(LiesInOrder(tensor),
                   "the elements do not lie in the CPU's memory one after the other");
  if (tensor.nbytes() == 0) return Napi::ArrayBuffer::New(info.Env(), 0);
  TORCH_CHECK_VALUE(tensor.nbytes() <= kMaxExternalBytes,
                    "an array over a tensor's memory is of at most 4 GiB, but the tensor is of ",
                    tensor.nbytes(), " bytes");
  const SharedData data = ShareData(*tensor.storage().unsafeGetStorageImpl());
  auto owner = std::make_unique<SharedData>(data);
  const auto buffer = Napi::ArrayBuffer::New(
      info.Env(), tensor.mutable_data_ptr(), tensor.nbytes(),
      [](Napi::Env, void*, SharedData* share) { delete share; }, owner.get());
  owner.release();
  return buffer;
}

}  // namespace torch_js
