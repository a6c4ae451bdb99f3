// What kernels demand of tensors before they touch their memory.
#pragma once

#include <ATen/core/Tensor.h>

namespace torch_js::kernels {

// Throws unless `tensor` is a dense one on the CPU of this shape and dtype.
inline void Require(const char* name, const at::Tensor& tensor, at::IntArrayRef shape,
                    at::ScalarType type) {
  TORCH_CHECK_TYPE(tensor.defined() && tensor.device().is_cpu() &&
                       tensor.layout() == at::kStrided && tensor.scalar_type() == type,
                   name, " must hold ", type, " on the CPU, as x does");
  TORCH_CHECK_VALUE(tensor.sizes() == shape, name, " must be of shape ", shape, ", got ",
                    tensor.sizes());
}

// Throws unless x is a dense [N, C, H, W] with at least one value, on the CPU.
inline void RequireImages(const char* name, const at::Tensor& x) {
  TORCH_CHECK_VALUE(x.device().is_cpu() && x.layout() == at::kStrided, name,
                    ": x must be a dense tensor on the CPU");
  TORCH_CHECK_VALUE(x.dim() == 4 && x.numel() > 0, name,
                    ": x must be [N, C, H, W], none of them 0, got ", x.sizes());
}

}  // namespace torch_js::kernels
