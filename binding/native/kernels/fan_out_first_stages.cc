// The first stages with pools, skip connections and the channels that pass by, backward.
#include "fan_out_reverse.h"

namespace torch_js::kernels {

template <typename T>
at::Tensor FanOut<T>::Reverse::FirstStages() {
  const Index padded = f_.padded_, pixels = f_.pixels_, size = f_.height_ * f_.width_;
  const bool whole = f_.IsWhole();
  at::Tensor dx;
  if (want_x_) {
    dx = Pooled({f_.batch_, f_.channels_, f_.height_, f_.width_}, f_.tensor_options_,
                at::MemoryFormat::ChannelsLast);
  }
  std::vector<Buffer<T>> weights(slots_);  // of skip connections
  for (size_t e = 0; e < f_.edges_.size(); ++e) {
    const Edge& edge = f_.edges_[e];
    const double pass = f_.passes_[edge.row];
    for (size_t b = 0; b < edge.branches.size(); ++b) {
      const Branch& branch = edge.branches[b];
      if (branch.normal >= 0) continue;
      Buffer<T>& weight = weights[first_slot_[e] + b];
      weight = Buffer<T>(padded);
      std::fill_n(weight.data(), padded, static_cast<T>(pass * f_.Weight(edge, branch)));
    }
  }

  EachSample(Region::kFirstStagesBackward, f_.batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches_[part];
    const T* state = f_.LoadState(n, scratch);
    f_.LoadFrame(state, scratch);
    T* to = want_x_ ? dx.template mutable_data_ptr<T>() + n * size * f_.channels_ : nullptr;
    T* dstate = whole && want_x_ ? to : scratch.dstate.data();
    std::fill_n(dstate, size * padded, T(0));
    bool staged = false, pooled[2] = {false, false};
    for (size_t e = 0; e < f_.edges_.size(); ++e) {
      const std::vector<Branch>& branches = f_.edges_[e].branches;
      const T* g = LoadGradient(e, n, scratch);
      for (size_t b = 0; b < branches.size(); ++b) {
        const Branch& branch = branches[b];
        const Index slot = first_slot_[e] + static_cast<Index>(b);
        const Gradient<T>& last = last_[slot];
        if (branch.first >= 0) {
          const bool single = branch.first == branch.last;
          const auto& stage = f_.stages_[branch.first];
          const Gradient<T>& gradient = single ? last : first_[slot];
          kernels_.affine(single ? g : Inner(slot, n), f_.Values(stage, n), gradient.a.data(),
                          gradient.b.data(), gradient.d.data(), pixels, padded, scratch.dy.data());
          Stage(stage, scratch.frame.data(), scratch.dy.data(),
                want_x_ ? scratch.drelu.data() : nullptr, !staged, part);
          staged = true;
        } else if (!want_x_) {
          continue;
        } else if (branch.normal < 0) {
          kernels_.affine(g, dstate, weights[slot].data(), ones_.data(), zeros_.data(), pixels,
                          padded, dstate);
        } else {
          // The pool's output is the same on all edges: their gradients go through it together.
          const bool average = branch.primitive.kind == Primitive::kAvgPool;
          T* dpool = scratch.dpools[average].data();
          if (!pooled[average]) std::fill_n(dpool, pixels * padded, T(0));
          pooled[average] = true;
          kernels_.affine(g, dpool, last.a.data(), ones_.data(), last.d.data(), pixels, padded,
                          dpool);
          kernels_.affine(f_.PoolValues(branch.primitive.kind, n), dpool, last.b.data(),
                          ones_.data(), zeros_.data(), pixels, padded, dpool);
        }
      }
    }
    if (!want_x_) return;
    if (staged) {
      kernels_.mask(scratch.frame.data(), f_.frame_.row(), f_.frame_.corner(), f_.height_,
                    f_.width_, padded, scratch.drelu.data());
      kernels_.add(scratch.drelu.data(), size * padded, dstate);
    }
    if (pooled[0]) {
      kernels_.max_pool_backward(f_.Pool(), state, f_.PoolValues(Primitive::kMaxPool, n),
                                 scratch.dpools[0].data(), dstate);
    }
    if (pooled[1]) kernels_.avg_pool_backward(f_.Pool(), scratch.dpools[1].data(), dstate);
    if (whole) return;
    kernels_.unpack(dstate, padded, f_.active_, size, nullptr, to, f_.channels_);
    if (f_.rest_ > 0) PassedBy(n, scratch, to + f_.active_);
  });
  return dx;
}

template <typename T>
void FanOut<T>::Reverse::PassedBy(Index n, const Scratch& scratch, T* dx) const {
  const bool strided = f_.options_.stride > 1;
  const Index size = f_.height_ * f_.width_;
  // At stride 2 gradients go through the pool, which has buffers of its own.
  T* sum = strided ? scratch.dpooled_rest.data() : dx;
  const Index step = strided ? f_.padded_rest_ : f_.channels_;
  if (strided) std::fill_n(sum, f_.pixels_ * step, T(0));
  for (size_t e = 0; e < f_.edges_.size(); ++e) {
    const Rest g = RestGradient(e, n);
    const T pass = static_cast<T>(f_.passes_[f_.edges_[e].row]);
    kernels_.add_scaled(g.values, g.step, pass, f_.rest_, f_.pixels_,
                        strided || e > 0 ? sum : nullptr, sum, step);
  }
  if (!strided) return;
  f_.LoadRest(n, scratch);
  std::fill_n(scratch.drest.data(), size * f_.padded_rest_, T(0));
  kernels_.max_pool_backward(f_.RestPool(), scratch.rest.data(), scratch.pooled_rest.data(), sum,
                             scratch.drest.data());
  kernels_.unpack(scratch.drest.data(), f_.padded_rest_, f_.rest_, size, nullptr, dx, f_.channels_);
}

template at::Tensor FanOut<float>::Reverse::FirstStages();
template at::Tensor FanOut<double>::Reverse::FirstStages();

}  // namespace torch_js::kernels
