// The first stages with pools, skip connections and the channels that pass by, backward.
#include "fan_out_reverse.h"

namespace torch_js::kernels {

template <typename T>
at::Tensor FanOut<T>::Reverse::FirstStages() {
  const Index padded = f_.padded_, pixels = f_.pixels_, size = f_.height_ * f_.width_;
  const bool strided = f_.options_.stride > 1;
  at::Tensor dx;
  if (want_x_) {
    dx = Pooled({f_.batch_, f_.channels_, f_.height_, f_.width_}, f_.tensor_options_,
                at::MemoryFormat::ChannelsLast);
  }
  std::vector<Buffer<T>> weights(slots_);  // of skip connections; in an edge's last slot its pass
  for (size_t e = 0; e < f_.edges_.size(); ++e) {
    const Edge& edge = f_.edges_[e];
    const double pass = f_.passes_[edge.row];
    const auto filled = [](Index count, double value) {
      Buffer<T> buffer(count);
      std::fill_n(buffer.data(), count, static_cast<T>(value));
      return buffer;
    };
    for (size_t b = 0; b < edge.branches.size(); ++b) {
      const Branch& branch = edge.branches[b];
      if (branch.normal < 0) {
        weights[first_slot_[e] + b] = filled(padded, pass * f_.Weight(edge, branch));
      }
    }
    weights[first_slot_[e] + edge.branches.size()] = filled(f_.padded_rest_, pass);
  }

  EachSample(Region::kFirstStagesBackward, f_.batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches_[part];
    f_.LoadState(n, scratch);
    f_.LoadFrame(scratch);
    std::fill_n(scratch.dstate.data(), size * padded, T(0));
    std::fill_n(scratch.drelu.data(), size * padded, T(0));
    std::fill_n(scratch.dpooled_rest.data(), pixels * f_.padded_rest_, T(0));
    bool pooled[2] = {false, false};
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
                want_x_ ? scratch.drelu.data() : nullptr, part);
        } else if (!want_x_) {
          continue;
        } else if (branch.normal < 0) {
          kernels_.affine(g, scratch.dstate.data(), weights[slot].data(), ones_.data(),
                          zeros_.data(), pixels, padded, scratch.dstate.data());
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
      if (f_.rest_ > 0 && want_x_) {
        const T* pass = weights[first_slot_[e] + branches.size()].data();
        T* sum = scratch.dpooled_rest.data();
        const T* terms[] = {sum, LoadRestGradient(e, n, scratch)};
        const T* scales[] = {rest_ones_.data(), pass};
        kernels_.combine(2, terms, scales, nullptr, pixels, f_.padded_rest_, sum);
      }
    }
    if (!want_x_) return;
    kernels_.mask(scratch.frame.data(), f_.frame_.row(), f_.frame_.corner(), f_.height_, f_.width_,
                  padded, scratch.drelu.data());
    T* dstate = scratch.dstate.data();
    kernels_.add(scratch.drelu.data(), size * padded, dstate);
    if (pooled[0]) {
      kernels_.max_pool_backward(f_.Pool(), scratch.state.data(),
                                 f_.PoolValues(Primitive::kMaxPool, n), scratch.dpools[0].data(),
                                 dstate);
    }
    if (pooled[1]) kernels_.avg_pool_backward(f_.Pool(), scratch.dpools[1].data(), dstate);
    T* to = dx.template mutable_data_ptr<T>() + n * size * f_.channels_;
    kernels_.unpack(dstate, padded, f_.active_, size, nullptr, to, f_.channels_);
    if (f_.rest_ == 0) return;
    const T* drest = scratch.dpooled_rest.data();
    if (strided) {
      f_.LoadRest(n, scratch);
      std::fill_n(scratch.drest.data(), size * f_.padded_rest_, T(0));
      kernels_.max_pool_backward(f_.RestPool(), scratch.rest.data(), scratch.pooled_rest.data(),
                                 scratch.dpooled_rest.data(), scratch.drest.data());
      drest = scratch.drest.data();
    }
    kernels_.unpack(drest, f_.padded_rest_, f_.rest_, size, nullptr, to + f_.active_, f_.channels_);
  });
  return dx;
}

template at::Tensor FanOut<float>::Reverse::FirstStages();
template at::Tensor FanOut<double>::Reverse::FirstStages();

}  // namespace torch_js::kernels
