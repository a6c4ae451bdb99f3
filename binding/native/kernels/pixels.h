// Tensors [N, C, H, W] as kernels read and write them: by pixel, channels together.
#pragma once

#include <ATen/core/Tensor.h>

#include "sample.h"

namespace torch_js::kernels {

// A tensor whose channels lie together and whose pixels lie evenly, as `channels_last` ones and
// slices of their channels do; any other is copied into that form.
template <typename T>
class Pixels {
 public:
  Pixels() = default;
  explicit Pixels(const at::Tensor& tensor) : tensor_(tensor) {
    if (!SetSteps()) {
      tensor_ = tensor.contiguous(at::MemoryFormat::ChannelsLast);
      step_ = tensor.size(1);
      sample_ = step_ * tensor.size(2) * tensor.size(3);
    }
    data_ = tensor_.const_data_ptr<T>();
  }

  const T* sample(Index n) const { return data_ + n * sample_; }
  Index step() const { return step_; }

 private:
  bool SetSteps() {
    const Index channels = tensor_.size(1), height = tensor_.size(2), width = tensor_.size(3);
    if (channels > 1 && tensor_.stride(1) != 1) return false;
    step_ = width > 1 ? tensor_.stride(3) : height > 1 ? tensor_.stride(2) : channels;
    sample_ = tensor_.size(0) > 1 ? tensor_.stride(0) : 0;
    return step_ >= channels && (height == 1 || width == 1 || tensor_.stride(2) == width * step_);
  }

  at::Tensor tensor_;
  const T* data_ = nullptr;
  Index sample_ = 0, step_ = 0;
};

}  // namespace torch_js::kernels
