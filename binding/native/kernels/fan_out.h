// All edges that leave one state of a search cell: docs/fused_cell.md has the algebra.
#pragma once

#include <torch/custom_class.h>

#include <vector>

#include "choice.h"
#include "normal.h"
#include "pixels.h"
#include "primitive.h"
#include "stage_plan.h"

namespace torch_js::kernels {

struct FanOutOptions : torch::CustomClassHolder {
  std::vector<int64_t> rows;  // of the weights, by edge
  std::vector<Primitive> primitives;
  int64_t stride, groups;
  int64_t complete;  // how many of the outputs, from the first on, are whole nodes
  NormalOptions normal;
};

// Undefined where not wanted.
struct FanOutGradients {
  at::Tensor x, weights, passes;
  std::vector<at::Tensor> sums;  // of the nodes; never undefined
  std::vector<at::Tensor> parameters;
};

template <typename T>
class FanOut {
 public:
  FanOut(const FanOutOptions& options, const at::Tensor& x,
         const std::vector<at::Tensor>& parameters);

  // Partial sums of the nodes plus this state's share; whole nodes with their channels dealt out in
  // `groups`. `weights` [edges of the cell, primitives];
  // `passes` [edges of the cell] or undefined, factors of a whole edge.
  std::vector<at::Tensor> Forward(const std::vector<at::Tensor>& partial, const at::Tensor& weights,
                                  const at::Tensor& passes, const std::vector<Running>& running);
  // What Forward leaves for Backward.
  at::Tensor values, statistics;

  // `gradients` of the outputs. Needs `values` and `statistics`.
  FanOutGradients Backward(const std::vector<at::Tensor>& gradients, const at::Tensor& weights,
                           const at::Tensor& passes, bool want_x, bool want_parameters);

 private:
  struct Stage {
    StageShape shape;
    StageWeights<T> weights;
    Index values_at;        // within `values`
    Index normal;           // among the edges' normalisations
    Index first_parameter;  // among the parameters
    Index gradient_at;      // within the gradients of a part
  };
  struct Branch {
    Index column;  // of the weights
    Primitive primitive;
    Index first = -1, last = -1;  // stages
    Index normal = -1;            // of what the weight multiplies; none: the state itself
  };
  struct Edge {
    Index row;
    std::vector<Branch> branches;
  };
  struct Scratch;
  class Reverse;

  // `parameters` must be of `shapes`.
  Index AddStage(StageShape shape, std::vector<at::Tensor> parameters,
                 const std::vector<std::vector<int64_t>>& shapes);
  void Check(const std::vector<at::Tensor>& partial, const at::Tensor& weights,
             const at::Tensor& passes, const std::vector<Running>& running) const;
  void CheckWeights(const at::Tensor& weights, const at::Tensor& passes) const;
  void ReadWeights(const at::Tensor& weights, const at::Tensor& passes);
  double Weight(const Edge& edge, const Branch& branch) const;
  // Whether the channels of an output are dealt out.
  bool IsShuffled(size_t edge) const {
    return options_.groups > 1 && static_cast<int64_t>(edge) < options_.complete;
  }
  // Whether the primitives' channels are all there are, and need no padding.
  bool IsWhole() const { return rest_ == 0 && padded_ == channels_; }
  // The gradients of the outputs as those of the sums.
  std::vector<at::Tensor> Unshuffled(const std::vector<at::Tensor>& gradients) const;
  PoolShape Pool() const;
  PoolShape RestPool() const;
  std::vector<at::Tensor> Mix(const std::vector<at::Tensor>& partial,
                              const std::vector<Scratch>& scratches) const;

  // Of sample n, where Forward left them.
  T* Values(const Stage& stage, Index n) const;
  T* PoolValues(Primitive::Kind kind, Index n) const;
  // What a branch's weight multiplies, before normalisation.
  const T* LastValues(const Branch& branch, Index n, const T* state) const;

  StageInput<T> Input(const Stage& stage, const T* frame, const Scratch& scratch) const;
  const T* LoadState(Index n, const Scratch& scratch) const;
  // A sample's state, rectified.
  void LoadFrame(const T* state, const Scratch& scratch) const;
  // What the second stage of a branch reads.
  void LoadInner(const Branch& branch, Index n, const Scratch& scratch) const;
  // Of one pixel the channels that pass by, at a distance from those of the next.
  struct Rest {
    const T* values;
    Index step;
  };
  // As the nodes get them.
  Rest LoadRest(Index n, const Scratch& scratch) const;

  const FanOutOptions& options_;
  Pixels<T> x_;
  at::TensorOptions tensor_options_;
  Index batch_, channels_, height_, width_, out_height_, out_width_, pixels_;
  Index active_;  // channels that go through the primitives
  Index rest_;    // channels that pass by
  const SampleKernels<T>& kernels_;
  Index padded_, padded_rest_, border_;
  FrameShape frame_, inner_;  // of the state, and of what lies between two stages
  std::vector<Stage> stages_;
  std::vector<Edge> edges_;
  std::vector<Normal<T>> normals_;
  Index normal_count_ = 0, gradient_size_ = 0;
  Index pools_at_[2] = {-1, -1};
  Index values_size_ = 0;
  std::vector<double> weights_, passes_;  // [edges, primitives], [edges]
};

}  // namespace torch_js::kernels
