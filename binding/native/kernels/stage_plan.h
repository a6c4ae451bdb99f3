// A stage over a batch: its geometry, its weights in the order that kernels want, its gradients.
#pragma once

#include <vector>

#include "sample.h"
#include "workspace.h"

namespace torch_js::kernels {

// A sample inside a border of zeros.
struct FrameShape {
  Index height, width, channels, border;

  Index row() const { return (width + 2 * border) * channels; }
  Index corner() const { return border * (row() + channels); }
  Index size() const { return (height + 2 * border) * row(); }
};

// Sizes of a stage's output.
struct OutputShape {
  Index height, width;

  Index pixels() const { return height * width; }
};

// What z is made of, and the frames that it is gathered from and that its gradient lies in.
struct StageShape {
  Gather gather;
  Scatter scatter;
  FrameShape dz;  // depthwise only

  // A depthwise convolution; `dz_border` at least its padding.
  static StageShape Depthwise(const FrameShape& frame, Index kernel, Index dilation, Index stride,
                              Index dz_border);
  // Taps side by side: those of a kernel x kernel convolution of `padding`.
  static StageShape Patches(const FrameShape& frame, Index kernel, Index stride, Index padding,
                            Index lanes);
  // The two pixels of FactorizedReduce: on the diagonal of each square of four.
  static StageShape Diagonal(const FrameShape& frame, Index lanes);
};

// Weights of one convolution within a stage, [out, in per group, height, width], as PyTorch has
// them.
template <typename T>
class StageWeights {
 public:
  // `parameters`: depthwise [C, 1, k, k] and pointwise [out, C, 1, 1]; or one full convolution's;
  // or the two halves of a FactorizedReduce.
  StageWeights(const StageShape& shape, Index columns, const std::vector<at::Tensor>& parameters);

  const T* taps() const { return taps_.data(); }
  const T* weight() const { return weight_.data(); }
  const T* transposed() const { return transposed_.data(); }

  // How many values the gradients of one part take: dweight, then dtaps.
  Index gradient_size() const { return weight_size_ + taps_size_; }
  Index taps_at() const { return weight_size_; }

  // The parameters' gradients, from the sum of all parts.
  std::vector<at::Tensor> Gradients(const T* sums) const;

 private:
  // Calls visit(parameter, index in it, row, column) for every value of the matrix.
  template <typename Visit>
  void EachWeight(const Visit& visit) const;

  std::vector<at::Tensor> parameters_;
  Index columns_, depth_, channels_, tap_count_;
  bool depthwise_;
  Index weight_size_, taps_size_;
  Buffer<T> taps_, weight_, transposed_;
};

}  // namespace torch_js::kernels
