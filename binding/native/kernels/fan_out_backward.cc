// The way back through the edges that leave a state: docs/fused_cell.md has the algebra.
#include <ATen/ops/zeros_like.h>

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
    rest_ones_ = Buffer<T>(f_.padded_rest_);
    std::fill_n(rest_ones_.data(), f_.padded_rest_, T(1));
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
    kernels_.pack(g.sample(n), g.step(), f_.active_, f_.pixels_, scratch.g.data(), f_.padded_);
    return scratch.g.data();
  }

  const T* LoadRestGradient(size_t edge, Index n, const Scratch& scratch) const {
    const Pixels<T>& g = gradients_[edge];
    kernels_.pack(g.sample(n) + f_.active_, g.step(), f_.rest_, f_.pixels_, scratch.g_rest.data(),
                  f_.padded_rest_);
    return scratch.g_rest.data();
  }

  void Stage(const typename FanOut<T>::Stage& stage, const T* frame, const T* dy, T* dinput,
             Index part) const;
  // The gradient of what a branch's first stage gives, within a batch of them.
  T* Inner(Index slot, Index n) const { return inner_[slot].data() + n * f_.pixels_ * f_.padded_; }

  const FanOut& f_;
  const SampleKernels<T>& kernels_;
  bool want_x_, want_parameters_;
  Index parts_;
  double count_;
  std::vector<Pixels<T>> gradients_;
  std::vector<Scratch> scratches_;
  // Each edge has a slot for each branch, one for the sum of its gradient and one for its rest.
  std::vector<Index> first_slot_;
  Index slots_ = 0;
  Buffer<T> ones_, rest_ones_, zeros_;
  PartSums<T> dparameters_;
  std::vector<Gradient<T>> last_, first_;  // by slot
  std::vector<Buffer<T>> inner_;           // by slot
};

template <typename T>
void FanOut<T>::Reverse::Stage(const typename FanOut<T>::Stage& stage, const T* frame, const T* dy,
                               T* dinput, Index part) const {
  const Scratch& scratch = scratches_[part];
  T* sums = want_parameters_ ? dparameters_.of(part) + stage.gradient_at : nullptr;
  const bool depthwise = stage.shape.gather.depthwise;
  kernels_.backward(f_.Input(stage, frame, scratch),
                    {&stage.shape.scatter, dy, stage.weights.transposed(),
                     (depthwise ? scratch.dz : scratch.dz_strip).data(), sums,
                     sums ? sums + stage.weights.taps_at() : nullptr, dinput});
}

template <typename T>
void FanOut<T>::Reverse::SumLastStages(FanOutGradients& result) {
  const Index padded = f_.padded_, width = std::max(padded, f_.padded_rest_);
  PartSums<double> sums(parts_, slots_ * width);
  EachSample(f_.batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches_[part];
    f_.LoadState(n, scratch);
    const T* rest = f_.rest_ > 0 ? f_.LoadRest(n, scratch) : nullptr;
    for (size_t e = 0; e < f_.edges_.size(); ++e) {
      const std::vector<Branch>& branches = f_.edges_[e].branches;
      double* sum = sums.of(part) + first_slot_[e] * width;
      const T* g = LoadGradient(e, n, scratch);
      for (const Branch& branch : branches) {
        const T* mean = branch.normal < 0 ? nullptr : f_.normals_[branch.normal].mean();
        kernels_.dots(g, f_.LastValues(branch, n, scratch.state.data()), mean, f_.pixels_, padded,
                      sum);
        sum += width;
      }
      kernels_.sums(g, f_.pixels_, padded, sum);
      if (!rest) continue;
      kernels_.dots(LoadRestGradient(e, n, scratch), rest, nullptr, f_.pixels_, f_.padded_rest_,
                    sum + width);
    }
  });
  sums.Add();

  const Index primitives = static_cast<Index>(f_.options_.primitives.size());
  std::vector<double> dweights(f_.weights_.size()), dpasses(f_.passes_.size());
  last_.resize(slots_);
  for (size_t e = 0; e < f_.edges_.size(); ++e) {
    const Edge& edge = f_.edges_[e];
    const double pass = f_.passes_[edge.row];
    const double* total = sums.of(0) + (first_slot_[e] + edge.branches.size()) * width;
    for (size_t b = 0; b < edge.branches.size(); ++b) {
      const Branch& branch = edge.branches[b];
      const double* dot = sums.of(0) + (first_slot_[e] + b) * width;
      double dweight = 0;
      for (Index c = 0; c < padded; ++c) {
        dweight += branch.normal < 0 ? dot[c] : dot[c] * f_.normals_[branch.normal].inverse(c);
      }
      const double weight = f_.Weight(edge, branch);
      dweights[edge.row * primitives + branch.column] = pass * dweight;
      dpasses[edge.row] += weight * dweight;
      const std::vector<double> factor(padded, weight * pass);
      if (branch.normal >= 0) {
        last_[first_slot_[e] + b] = f_.normals_[branch.normal].Backward(
            f_.options_.normal.training, factor.data(), total, dot, count_);
      }
    }
    for (Index c = 0; c < f_.padded_rest_; ++c) dpasses[edge.row] += total[width + c];
  }
  const auto write = [](at::Tensor& to, const std::vector<double>& from) {
    if (!to.defined()) return;
    std::transform(from.begin(), from.end(), to.mutable_data_ptr<T>(),
                   [](double value) { return static_cast<T>(value); });
  };
  write(result.weights, dweights);
  write(result.passes, dpasses);
}

template <typename T>
void FanOut<T>::Reverse::SecondStages() {
  const Index padded = f_.padded_, pixels = f_.pixels_;
  PartSums<double> sums(parts_, slots_ * 2 * padded);
  inner_.resize(slots_);
  first_.resize(slots_);
  const auto each = [&](const auto& visit) {
    for (size_t e = 0; e < f_.edges_.size(); ++e) {
      for (size_t b = 0; b < f_.edges_[e].branches.size(); ++b) {
        const Branch& branch = f_.edges_[e].branches[b];
        if (branch.first != branch.last) visit(e, branch, first_slot_[e] + static_cast<Index>(b));
      }
    }
  };
  each([&](size_t, const Branch&, Index slot) {
    inner_[slot] = Buffer<T>(f_.batch_ * pixels * padded);
  });
  EachSample(f_.batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches_[part];
    size_t loaded = f_.edges_.size();
    each([&](size_t e, const Branch& branch, Index slot) {
      if (loaded != e) LoadGradient(loaded = e, n, scratch);
      const auto& stage = f_.stages_[branch.last];
      const Gradient<T>& last = last_[slot];
      kernels_.affine(scratch.g.data(), f_.Values(stage, n), last.a.data(), last.b.data(),
                      last.d.data(), pixels, padded, scratch.dy.data());
      f_.LoadInner(branch, n, scratch);
      T* da = Inner(slot, n);
      std::fill_n(da, pixels * padded, T(0));
      Stage(stage, scratch.inner.data(), scratch.dy.data(), da, part);
      kernels_.mask(scratch.inner.data(), f_.inner_.row(), f_.inner_.corner(), f_.out_height_,
                    f_.out_width_, padded, da);
      double* sum = sums.of(part) + slot * 2 * padded;
      const auto& first = f_.stages_[branch.first];
      kernels_.sums(da, pixels, padded, sum);
      kernels_.dots(da, f_.Values(first, n), f_.normals_[first.normal].mean(), pixels, padded,
                    sum + padded);
    });
  });
  sums.Add();
  const std::vector<double> one(padded, 1.0);
  each([&](size_t, const Branch& branch, Index slot) {
    const double* sum = sums.of(0) + slot * 2 * padded;
    first_[slot] = f_.normals_[f_.stages_[branch.first].normal].Backward(
        f_.options_.normal.training, one.data(), sum, sum + padded, count_);
  });
}

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

  EachSample(f_.batch_, [&](Index part, Index n) {
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

template <typename T>
std::vector<at::Tensor> FanOut<T>::Reverse::Parameters() {
  dparameters_.Add();
  std::vector<at::Tensor> gradients;
  for (const auto& stage : f_.stages_) {
    for (at::Tensor& gradient : stage.weights.Gradients(dparameters_.of(0) + stage.gradient_at)) {
      gradients.push_back(std::move(gradient));
    }
  }
  return gradients;
}

template <typename T>
FanOutGradients FanOut<T>::Backward(const std::vector<at::Tensor>& gradients,
                                    const at::Tensor& weights, const at::Tensor& passes,
                                    bool want_x, bool want_parameters) {
  ReadWeights(weights, passes);
  for (Index i = 0; i < normal_count_; ++i) {
    normals_[i] = Normal<T>(statistics.const_data_ptr<double>() + i * 2 * padded_, padded_);
  }
  FanOutGradients result;
  result.weights = at::zeros_like(weights, at::MemoryFormat::Contiguous);
  if (passes.defined()) result.passes = at::zeros_like(passes, at::MemoryFormat::Contiguous);
  Reverse reverse(*this, gradients, want_x, want_parameters);
  reverse.SumLastStages(result);
  if (!want_x && !want_parameters) return result;
  reverse.SecondStages();
  result.x = reverse.FirstStages();
  if (want_parameters) result.parameters = reverse.Parameters();
  return result;
}

template FanOutGradients FanOut<float>::Backward(const std::vector<at::Tensor>&, const at::Tensor&,
                                                 const at::Tensor&, bool, bool);
template FanOutGradients FanOut<double>::Backward(const std::vector<at::Tensor>&, const at::Tensor&,
                                                  const at::Tensor&, bool, bool);

}  // namespace torch_js::kernels
