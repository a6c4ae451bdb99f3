// ReLU, convolution and batch normalisation in one, as around the cells: docs/fused_cell.md.
#pragma once

#include <torch/custom_class.h>

#include <vector>

#include "choice.h"
#include "normal.h"
#include "part_sums.h"
#include "pixels.h"
#include "stage_plan.h"

namespace torch_js::kernels {

struct ConvBnOptions : torch::CustomClassHolder {
  bool relu;
  int64_t stride, padding;
  NormalOptions normal;
};

// Undefined where not wanted.
struct ConvBnGradients {
  at::Tensor x, gamma, beta;
  std::vector<at::Tensor> parameters;
};

// Of one weight [out, in, k, k]; of two, FactorizedReduce with these halves.
template <typename T>
class ConvBn {
 public:
  ConvBn(const ConvBnOptions& options, const at::Tensor& x,
         const std::vector<at::Tensor>& parameters);

  // `gamma` and `beta` [out], or undefined: 1 and 0.
  at::Tensor Forward(const at::Tensor& gamma, const at::Tensor& beta, const Running& running);
  // What Forward leaves for Backward.
  at::Tensor values, statistics;

  ConvBnGradients Backward(const at::Tensor& gradient, const at::Tensor& gamma, bool want_x,
                           bool want_parameters);

 private:
  struct Scratch {
    Buffer<T> state, frame, z, out, dy, dz, dx;
    Scratch(const ConvBn& owner, bool backward);
  };

  StageShape Shape(bool diagonal, Index kernel) const;
  std::vector<Scratch> Scratches(bool backward) const;
  void LoadFrame(Index n, const Scratch& scratch) const;
  T* Values(Index n) const;

  const ConvBnOptions& options_;
  Pixels<T> x_;
  at::TensorOptions tensor_options_;
  Index batch_, channels_, out_channels_;
  const SampleKernels<T>& kernels_;
  Index padded_, padded_out_;
  FrameShape frame_;
  StageShape shape_;
  StageWeights<T> weights_;
  Index pixels_;
};

}  // namespace torch_js::kernels
