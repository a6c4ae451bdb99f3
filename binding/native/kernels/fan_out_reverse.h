// The way back through the edges that leave a state: docs/fused_cell.md has the algebra.
#pragma once

#include "fan_out_scratch.h"

namespace torch_js::kernels {

// One call of Backward. Its three passes over the batch are the sums of the last stages, the second
// stages, and the first ones with pools, skip connections and the channels that pass by.
template <typename T>
class FanOut<T>::Reverse {
 public:
  Reverse(const FanOut& forward, const std::vector<at::Tensor>& gradients, bool want_x,
          bool want_parameters)
      : f_(forward),
        kernels_(forward.kernels_),
        want_x_(want_x),
        want_parameters_(want_parameters),
        parts_(Parts(forward.batch_)),
        count_(static_cast<double>(forward.batch_) * forward.pixels_) {
    for (const at::Tensor& gradient : gradients) gradients_.emplace_back(gradient);
    for (Index part = 0; part < parts_; ++part) scratches_.emplace_back(forward, true);
    for (const Edge& edge : f_.edges_) {
      first_slot_.push_back(slots_);
      slots_ += static_cast<Index>(edge.branches.size()) + 2;
    }
    ones_ = Buffer<T>(f_.padded_);
    std::fill_n(ones_.data(), f_.padded_, T(1));
    zeros_ = Buffer<T>::Zeros(f_.padded_);
    if (want_parameters_) dparameters_ = {parts_, f_.gradient_size_};
  }

  void SumLastStages(FanOutGradients& result);
  void SecondStages();
  at::Tensor FirstStages();
  std::vector<at::Tensor> Parameters();

 private:
  const T* LoadGradient(size_t edge, Index n, const Scratch& scratch) const {
    const Pixels<T>& g = gradients_[edge];
    return PaddedPixels(kernels_, g.sample(n), g.step(), f_.active_, f_.pixels_, f_.padded_,
                        scratch.g.data());
  }

  typename FanOut<T>::Rest RestGradient(size_t edge, Index n) const {
    return {gradients_[edge].sample(n) + f_.active_, gradients_[edge].step()};
  }

  // Adds to `dinput`; `fresh`: sets it.
  void Stage(const typename FanOut<T>::Stage& stage, const T* frame, const T* dy, T* dinput,
             bool fresh, Index part) const;
  // Gradients of the channels that pass by, to where they lie in the first pixel of dx.
  void PassedBy(Index n, const Scratch& scratch, T* dx) const;
  // The gradient of what a branch's first stage gives, within a batch of them.
  T* Inner(Index slot, Index n) const { return inner_[slot].data() + n * f_.pixels_ * f_.padded_; }

  const FanOut& f_;
  const SampleKernels<T>& kernels_;
  bool want_x_, want_parameters_;
  Index parts_;
  double count_;
  std::vector<Pixels<T>> gradients_;
  std::vector<Scratch> scratches_;
  // Each edge has a slot for each branch, one for the sum of its gradient and one for what passes
  // by.
  std::vector<Index> first_slot_;
  Index slots_ = 0;
  Buffer<T> ones_, zeros_;
  PartSums<T> dparameters_;
  std::vector<Gradient<T>> last_, first_;  // by slot
  std::vector<Buffer<T>> inner_;           // by slot
};

template <typename T>
void FanOut<T>::Reverse::Stage(const typename FanOut<T>::Stage& stage, const T* frame, const T* dy,
                               T* dinput, bool fresh, Index part) const {
  const Scratch& scratch = scratches_[part];
  T* sums = want_parameters_ ? dparameters_.of(part) + stage.gradient_at : nullptr;
  const bool depthwise = stage.shape.gather.depthwise;
  kernels_.backward(f_.Input(stage, frame, scratch),
                    {&stage.shape.scatter, dy, stage.weights.transposed(),
                     (depthwise ? scratch.dz : scratch.dz_strip).data(), sums,
                     sums ? sums + stage.weights.taps_at() : nullptr, dinput, fresh});
}

}  // namespace torch_js::kernels
