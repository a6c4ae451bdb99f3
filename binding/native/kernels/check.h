// What kernels demand of tensors before they touch their memory.
#pragma once

#include <ATen/core/Tensor.h>

namespace torch_js::kernels {

// Whether memory holds the values as they are: not negated on the way, and not left out as zeros.
inline bool HasOwnValues(const at::Tensor& tensor) {
  return !tensor.is_neg() && !tensor._is_zerotensor();
}

// Most values of x: sizes of what is made from it fit into 64 bits.
constexpr int64_t kMostValues = int64_t{1} << 40;

// Throws unless `tensor` is a dense one on the CPU of this shape and dtype.
inline void Require(const char* name, const at::Tensor& tensor, at::IntArrayRef shape,
                    at::ScalarType type) {
  TORCH_CHECK_TYPE(tensor.defined() && tensor.device().is_cpu() &&
                       tensor.layout() == at::kStrided && tensor.scalar_type() == type &&
                       HasOwnValues(tensor),
                   name, " must hold ", type, " on the CPU, as x does");
  TORCH_CHECK_VALUE(tensor.sizes() == shape, name, " must be of shape ", shape, ", got ",
                    tensor.sizes());
}

// Throws unless x is a dense [N, C, H, W] with at least one value, on the CPU.
inline void RequireImages(const char* name, const at::Tensor& x) {
  TORCH_CHECK_VALUE(x.device().is_cpu() && x.layout() == at::kStrided && HasOwnValues(x), name,
                    ": x must be a dense tensor on the CPU");
  TORCH_CHECK_VALUE(x.dim() == 4 && x.numel() > 0 && x.numel() <= kMostValues, name,
                    ": x must be [N, C, H, W], none of them 0 and not too many, got ", x.sizes());
}

// Throws where a batch normalisation in training has one value a channel, as PyTorch's does.
inline void RequireManyValues(const char* name, bool training, int64_t values) {
  TORCH_CHECK_VALUE(!training || values > 1, name,
                    ": expected more than 1 value per channel when training");
}

}  // namespace torch_js::kernels
