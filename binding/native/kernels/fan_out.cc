#include "fan_out.h"

#include <ATen/ops/empty.h>

#include "fan_out_scratch.h"

namespace torch_js::kernels {

namespace {

Index Halved(Index size, Index stride) { return (size + stride - 1) / stride; }

}  // namespace

template <typename T>
FanOut<T>::FanOut(const FanOutOptions& options, const at::Tensor& x,
                  const std::vector<at::Tensor>& parameters)
    : options_(options),
      x_(x),
      tensor_options_(x.options()),
      batch_(x.size(0)),
      channels_(x.size(1)),
      height_(x.size(2)),
      width_(x.size(3)),
      out_height_(Halved(height_, options.stride)),
      out_width_(Halved(width_, options.stride)),
      pixels_(out_height_ * out_width_),
      active_(channels_ / options.groups),
      rest_(channels_ - active_),
      kernels_(KernelsFor<T>(active_)),
      padded_(Padded(kernels_, active_)),
      padded_rest_(Padded(kernels_, rest_)),
      border_(1) {
  for (const Primitive& primitive : options.primitives) {
    border_ = std::max<Index>(border_, primitive.padding());
  }
  frame_ = {height_, width_, padded_, border_};
  inner_ = {out_height_, out_width_, padded_, border_};
  auto parameter = parameters.begin();
  const auto take = [&] {
    TORCH_CHECK_VALUE(parameters.end() - parameter >= 2, "fan_out: parameters are too few");
    parameter += 2;
    return std::vector<at::Tensor>(parameter - 2, parameter);
  };
  for (const int64_t row : options.rows) {
    Edge edge{row, {}};
    for (size_t column = 0; column < options.primitives.size(); ++column) {
      const Primitive& primitive = options.primitives[column];
      Branch branch{static_cast<Index>(column), primitive};
      const auto depthwise = [&](const FrameShape& frame, Index stride) {
        return AddStage(
            StageShape::Depthwise(frame, primitive.kernel, primitive.dilation(), stride, border_),
            take());
      };
      switch (primitive.kind) {
        case Primitive::kNone:
          continue;
        case Primitive::kSkip:
          if (options.stride == 1) break;
          branch.first = branch.last =
              AddStage(StageShape::Diagonal(frame_, kernels_.lanes), take());
          break;
        case Primitive::kSeparable:
          branch.first = depthwise(frame_, options.stride);
          branch.last = depthwise(inner_, 1);
          break;
        case Primitive::kDilated:
          branch.first = branch.last = depthwise(frame_, options.stride);
          break;
        case Primitive::kMaxPool:
        case Primitive::kAvgPool:
          branch.normal = normal_count_++;
          Index& at = pools_at_[primitive.kind == Primitive::kAvgPool];
          if (at < 0) {
            at = values_size_;
            values_size_ += batch_ * pixels_ * padded_;
          }
      }
      if (branch.last >= 0) branch.normal = stages_[branch.last].normal;
      edge.branches.push_back(branch);
    }
    edges_.push_back(std::move(edge));
  }
  TORCH_CHECK_VALUE(parameter == parameters.end(), "fan_out: parameters are too many");
  normals_.resize(normal_count_);
}

template <typename T>
Index FanOut<T>::AddStage(StageShape shape, std::vector<at::Tensor> parameters) {
  const Index first_parameter = stages_.empty() ? 0 : stages_.back().first_parameter + 2;
  stages_.push_back({shape, StageWeights<T>(shape, padded_, parameters), values_size_,
                     normal_count_++, first_parameter, gradient_size_});
  values_size_ += batch_ * pixels_ * padded_;
  gradient_size_ += stages_.back().weights.gradient_size();
  return static_cast<Index>(stages_.size()) - 1;
}

template <typename T>
T* FanOut<T>::Values(const Stage& stage, Index n) const {
  return values.mutable_data_ptr<T>() + stage.values_at + n * pixels_ * padded_;
}

template <typename T>
T* FanOut<T>::PoolValues(Primitive::Kind kind, Index n) const {
  return values.mutable_data_ptr<T>() + pools_at_[kind == Primitive::kAvgPool] +
         n * pixels_ * padded_;
}

template <typename T>
const T* FanOut<T>::LastValues(const Branch& branch, Index n, const T* state) const {
  if (branch.last >= 0) return Values(stages_[branch.last], n);
  return branch.normal >= 0 ? PoolValues(branch.primitive.kind, n) : state;
}

template <typename T>
StageInput<T> FanOut<T>::Input(const Stage& stage, const T* frame, const Scratch& scratch) const {
  return {&stage.shape.gather,    frame,   stage.weights.taps(),
          stage.weights.weight(), padded_, scratch.z.data()};
}

template <typename T>
PoolShape FanOut<T>::Pool() const {
  return {height_, width_, padded_, 3, options_.stride, 1, out_height_, out_width_};
}

template <typename T>
void FanOut<T>::LoadState(Index n, const Scratch& scratch) const {
  kernels_.pack(x_.sample(n), x_.step(), active_, height_ * width_, scratch.state.data(), padded_);
}

template <typename T>
void FanOut<T>::LoadFrame(const Scratch& scratch) const {
  kernels_.rectify(scratch.state.data(), height_, width_, padded_, nullptr, nullptr,
                   scratch.frame.data(), frame_.row(), frame_.corner());
}

template <typename T>
const T* FanOut<T>::LoadRest(Index n, const Scratch& scratch) const {
  kernels_.pack(x_.sample(n) + active_, x_.step(), rest_, height_ * width_, scratch.rest.data(),
                padded_rest_);
  if (options_.stride == 1) return scratch.rest.data();
  kernels_.max_pool(RestPool(), scratch.rest.data(), scratch.pooled_rest.data());
  return scratch.pooled_rest.data();
}

template <typename T>
PoolShape FanOut<T>::RestPool() const {
  return {height_, width_, padded_rest_, 2, 2, 0, out_height_, out_width_};
}

template <typename T>
void FanOut<T>::ReadWeights(const at::Tensor& weights, const at::Tensor& passes) {
  const auto read = [](const at::Tensor& tensor) {
    const at::Tensor all = tensor.to(at::kDouble).contiguous();
    const double* from = all.const_data_ptr<double>();
    return std::vector<double>(from, from + all.numel());
  };
  weights_ = read(weights);
  passes_ = passes.defined() ? read(passes) : std::vector<double>(weights.size(0), 1.0);
}

template <typename T>
double FanOut<T>::Weight(const Edge& edge, const Branch& branch) const {
  return weights_[edge.row * options_.primitives.size() + branch.column];
}

template <typename T>
std::vector<at::Tensor> FanOut<T>::Forward(const std::vector<at::Tensor>& partial,
                                           const at::Tensor& weights, const at::Tensor& passes,
                                           const std::vector<Running>& running) {
  ReadWeights(weights, passes);
  TORCH_CHECK_VALUE(static_cast<Index>(running.size()) == normal_count_, "fan_out: running holds ",
                    running.size(), " normalisations, expected ", normal_count_);
  values = Pooled({values_size_}, tensor_options_);
  const bool training = options_.normal.training;
  // Behind those of the stages, sums of the two pools.
  const Index slots = normal_count_ + 2, slot_size = 2 * padded_;
  PartSums<double> sums(Parts(batch_), slots * slot_size);
  std::vector<Scratch> scratches;
  for (Index part = 0; part < Parts(batch_); ++part) scratches.emplace_back(*this, false);
  const auto forward = [&](const Stage& stage, const T* frame, Index part, Index n) {
    double* sum = training ? sums.of(part) + stage.normal * slot_size : nullptr;
    kernels_.forward(Input(stage, frame, scratches[part]), Values(stage, n), sum,
                     sum ? sum + padded_ : nullptr);
  };
  const auto finish = [&](Index normal, Index slot) {
    const double* sum = sums.of(0) + slot * slot_size;
    normals_[normal] = Normal<T>(options_.normal, running[normal], padded_, sum, sum + padded_,
                                 static_cast<double>(batch_) * pixels_);
  };

  EachSample(batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches[part];
    LoadState(n, scratch);
    LoadFrame(scratch);
    for (const Primitive::Kind kind : {Primitive::kMaxPool, Primitive::kAvgPool}) {
      const bool average = kind == Primitive::kAvgPool;
      if (pools_at_[average] < 0) continue;
      T* y = PoolValues(kind, n);
      (average ? kernels_.avg_pool : kernels_.max_pool)(Pool(), scratch.state.data(), y);
      double* sum = sums.of(part) + (normal_count_ + average) * slot_size;
      if (training) kernels_.moments(y, pixels_, padded_, sum, sum + padded_);
    }
    for (const Edge& edge : edges_) {
      for (const Branch& branch : edge.branches) {
        if (branch.first >= 0) forward(stages_[branch.first], scratch.frame.data(), part, n);
      }
    }
  });
  sums.Add();
  bool two_stages = false;
  for (const Edge& edge : edges_) {
    for (const Branch& branch : edge.branches) {
      two_stages |= branch.first != branch.last;
      if (branch.first >= 0) finish(stages_[branch.first].normal, stages_[branch.first].normal);
      if (branch.primitive.is_pool()) {
        finish(branch.normal, normal_count_ + (branch.primitive.kind == Primitive::kAvgPool));
      }
    }
  }

  if (two_stages) {
    sums.Clear();
    EachSample(batch_, [&](Index part, Index n) {
      const Scratch& scratch = scratches[part];
      for (const Edge& edge : edges_) {
        for (const Branch& branch : edge.branches) {
          if (branch.first == branch.last) continue;
          LoadInner(branch, n, scratch);
          forward(stages_[branch.last], scratch.inner.data(), part, n);
        }
      }
    });
    sums.Add();
    for (const Edge& edge : edges_) {
      for (const Branch& branch : edge.branches) {
        if (branch.first != branch.last) finish(branch.normal, branch.normal);
      }
    }
  }

  statistics = at::empty({normal_count_, slot_size}, at::kDouble);
  for (Index i = 0; i < normal_count_; ++i) {
    normals_[i].Save(statistics.mutable_data_ptr<double>() + i * slot_size);
  }
  return Mix(partial, scratches);
}

template <typename T>
void FanOut<T>::LoadInner(const Branch& branch, Index n, const Scratch& scratch) const {
  const Stage& first = stages_[branch.first];
  const Normal<T>& normal = normals_[first.normal];
  kernels_.rectify(Values(first, n), out_height_, out_width_, padded_, normal.scale(),
                   normal.shift(), scratch.inner.data(), inner_.row(), inner_.corner());
}

template <typename T>
std::vector<at::Tensor> FanOut<T>::Mix(const std::vector<at::Tensor>& partial,
                                       const std::vector<Scratch>& scratches) const {
  struct Terms {
    Buffer<T> scales, shift, pass;
  };
  std::vector<Terms> terms;
  std::vector<at::Tensor> outputs;
  std::vector<Pixels<T>> sums;
  for (size_t e = 0; e < edges_.size(); ++e) {
    const Edge& edge = edges_[e];
    const double pass = passes_[edge.row];
    Terms term{Buffer<T>::Zeros(edge.branches.size() * padded_), Buffer<T>(padded_),
               Buffer<T>(padded_rest_)};
    std::vector<double> shift(padded_);
    for (size_t b = 0; b < edge.branches.size(); ++b) {
      const Branch& branch = edge.branches[b];
      const double weight = Weight(edge, branch) * pass;
      for (Index c = 0; c < padded_; ++c) {
        const double inverse = branch.normal < 0 ? 1 : normals_[branch.normal].inverse(c);
        term.scales[b * padded_ + c] = static_cast<T>(weight * inverse);
        if (branch.normal >= 0) shift[c] -= weight * inverse * normals_[branch.normal].mean(c);
      }
    }
    std::transform(shift.begin(), shift.end(), term.shift.data(),
                   [](double value) { return static_cast<T>(value); });
    std::fill_n(term.pass.data(), padded_rest_, static_cast<T>(pass));
    terms.push_back(std::move(term));
    outputs.push_back(Pooled({batch_, channels_, out_height_, out_width_}, tensor_options_,
                             at::MemoryFormat::ChannelsLast));
    if (!partial.empty()) {
      sums.emplace_back(partial[e].contiguous(at::MemoryFormat::ChannelsLast));
    }
  }

  EachSample(batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches[part];
    LoadState(n, scratch);
    const T* rest = rest_ > 0 ? LoadRest(n, scratch) : nullptr;
    std::vector<const T*> values, scales;
    for (size_t e = 0; e < edges_.size(); ++e) {
      const std::vector<Branch>& branches = edges_[e].branches;
      values.clear();
      scales.clear();
      for (size_t b = 0; b < branches.size(); ++b) {
        values.push_back(LastValues(branches[b], n, scratch.state.data()));
        scales.push_back(terms[e].scales.data() + b * padded_);
      }
      const T* sum = partial.empty() ? nullptr : sums[e].sample(n);
      T* out = outputs[e].mutable_data_ptr<T>() + n * pixels_ * channels_;
      kernels_.combine(values.size(), values.data(), scales.data(), terms[e].shift.data(), pixels_,
                       padded_, scratch.mixed.data());
      kernels_.unpack(scratch.mixed.data(), padded_, active_, pixels_, sum, out, channels_);
      if (rest_ == 0) continue;
      const T* pass = terms[e].pass.data();
      kernels_.combine(1, &rest, &pass, nullptr, pixels_, padded_rest_, scratch.mixed_rest.data());
      kernels_.unpack(scratch.mixed_rest.data(), padded_rest_, rest_, pixels_,
                      sum ? sum + active_ : nullptr, out + active_, channels_);
    }
  });
  return outputs;
}

template class FanOut<float>;
template class FanOut<double>;

}  // namespace torch_js::kernels
