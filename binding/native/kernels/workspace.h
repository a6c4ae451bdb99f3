// Memory of the kernels that comes back: fresh pages cost as much as the arithmetic on them.
#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>

namespace torch_js::kernels {

// A tensor of uninitialised values whose memory returns to the pool when it is freed, on any
// thread. The pool never holds more than was once in use together.
at::Tensor Pooled(at::IntArrayRef sizes, const at::TensorOptions& options,
                  at::MemoryFormat format = at::MemoryFormat::Contiguous);

// An aligned array of plain values, for one call.
template <typename T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(int64_t count)
      : tensor_(Pooled({count}, at::TensorOptions(c10::CppTypeToScalarType<T>::value))),
        data_(tensor_.mutable_data_ptr<T>()) {}

  static Buffer Zeros(int64_t count) {
    Buffer buffer(count);
    buffer.Clear();
    return buffer;
  }

  void Clear() { std::fill_n(data_, tensor_.numel(), T(0)); }
  T* data() const { return data_; }
  T& operator[](int64_t i) const { return data_[i]; }

 private:
  at::Tensor tensor_;
  T* data_ = nullptr;
};

}  // namespace torch_js::kernels
