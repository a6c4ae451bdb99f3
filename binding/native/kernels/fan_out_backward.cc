// The sums of the last stages and the second stages, backward; and the whole of it.
#include <ATen/ops/zeros_like.h>

#include "check.h"
#include "fan_out_reverse.h"

namespace torch_js::kernels {

template <typename T>
void FanOut<T>::Reverse::SumLastStages(FanOutGradients& result) {
  const Index padded = f_.padded_, width = std::max(padded, f_.padded_rest_);
  PartSums<double> sums(parts_, slots_ * width);
  EachSample(Region::kLastSums, f_.batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches_[part];
    const T* state = f_.LoadState(n, scratch);
    const Rest rest = f_.rest_ > 0 ? f_.LoadRest(n, scratch) : Rest{};
    for (size_t e = 0; e < f_.edges_.size(); ++e) {
      const std::vector<Branch>& branches = f_.edges_[e].branches;
      double* sum = sums.of(part) + first_slot_[e] * width;
      const T* g = LoadGradient(e, n, scratch);
      for (const Branch& branch : branches) {
        const T* mean = branch.normal < 0 ? nullptr : f_.normals_[branch.normal].mean();
        kernels_.dots(g, padded, f_.LastValues(branch, n, state), padded, mean, f_.pixels_, padded,
                      sum, nullptr);
        sum += width;
      }
      kernels_.sums(g, f_.pixels_, padded, sum);
      if (f_.rest_ == 0) continue;
      const Rest dpass = RestGradient(e, n);
      kernels_.dots(dpass.values, dpass.step, rest.values, rest.step, nullptr, f_.pixels_, f_.rest_,
                    sum + width, nullptr);
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
      dweights[edge.row * primitives + branch.column] += pass * dweight;
      dpasses[edge.row] += weight * dweight;
      const std::vector<double> factor(padded, weight * pass);
      if (branch.normal >= 0) {
        last_[first_slot_[e] + b] = f_.normals_[branch.normal].Backward(
            f_.options_.normal.training, factor.data(), total, dot, count_);
      }
    }
    for (Index c = 0; c < f_.rest_; ++c) dpasses[edge.row] += total[width + c];
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
  EachSample(Region::kSecondStagesBackward, f_.batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches_[part];
    size_t loaded = f_.edges_.size();
    const T* g = nullptr;
    each([&](size_t e, const Branch& branch, Index slot) {
      if (loaded != e) g = LoadGradient(loaded = e, n, scratch);
      const auto& stage = f_.stages_[branch.last];
      const Gradient<T>& last = last_[slot];
      kernels_.affine(g, f_.Values(stage, n), last.a.data(), last.b.data(), last.d.data(), pixels,
                      padded, scratch.dy.data());
      f_.LoadInner(branch, n, scratch);
      T* da = Inner(slot, n);
      Stage(stage, scratch.inner.data(), scratch.dy.data(), da, true, part);
      kernels_.mask(scratch.inner.data(), f_.inner_.row(), f_.inner_.corner(), f_.out_height_,
                    f_.out_width_, padded, da);
      double* sum = sums.of(part) + slot * 2 * padded;
      const auto& first = f_.stages_[branch.first];
      kernels_.dots(da, padded, f_.Values(first, n), padded, f_.normals_[first.normal].mean(),
                    pixels, padded, sum + padded, sum);
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
std::vector<at::Tensor> FanOut<T>::Unshuffled(const std::vector<at::Tensor>& gradients) const {
  std::vector<at::Tensor> sums = gradients;
  for (size_t e = 0; e < sums.size(); ++e) {
    Require("fan_out: a gradient", sums[e], {batch_, channels_, out_height_, out_width_},
            tensor_options_.dtype().toScalarType());
    if (!IsShuffled(e)) continue;
    const Pixels<T> shuffled(gradients[e]);
    sums[e] = Pooled(gradients[e].sizes(), tensor_options_, at::MemoryFormat::ChannelsLast);
    T* to = sums[e].template mutable_data_ptr<T>();
    EachSample(Region::kLastSums, batch_, [&](Index, Index n) {
      kernels_.transpose(shuffled.sample(n), shuffled.step(), pixels_, active_, options_.groups,
                         to + n * pixels_ * channels_);
    });
  }
  return sums;
}

template <typename T>
FanOutGradients FanOut<T>::Backward(const std::vector<at::Tensor>& gradients,
                                    const at::Tensor& weights, const at::Tensor& passes,
                                    bool want_x, bool want_parameters) {
  CheckWeights(weights, passes);
  // They may have been resized since.
  TORCH_CHECK_VALUE(
      values.numel() == values_size_ && statistics.numel() == normal_count_ * 2 * padded_,
      "fan_out: x is no longer what it was in the forward pass");
  ReadWeights(weights, passes);
  for (Index i = 0; i < normal_count_; ++i) {
    normals_[i] = Normal<T>(statistics.const_data_ptr<double>() + i * 2 * padded_, padded_);
  }
  FanOutGradients result;
  result.weights = at::zeros_like(weights, at::MemoryFormat::Contiguous);
  if (passes.defined()) result.passes = at::zeros_like(passes, at::MemoryFormat::Contiguous);
  result.sums = Unshuffled(gradients);
  Reverse reverse(*this, result.sums, want_x, want_parameters);
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
