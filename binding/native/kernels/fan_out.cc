#include "fan_out.h"

#include "check.h"
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
            take(), {{active_, 1, primitive.kernel, primitive.kernel}, {active_, active_, 1, 1}});
      };
      switch (primitive.kind) {
        case Primitive::kNone:
          continue;
        case Primitive::kSkip:
          if (options.stride == 1) break;
          branch.first = branch.last =
              AddStage(StageShape::Diagonal(frame_, kernels_.lanes), take(),
                       {{active_ / 2, active_, 1, 1}, {active_ - active_ / 2, active_, 1, 1}});
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
Index FanOut<T>::AddStage(StageShape shape, std::vector<at::Tensor> parameters,
                          const std::vector<std::vector<int64_t>>& shapes) {
  for (size_t i = 0; i < shapes.size(); ++i) {
    Require("fan_out: a weight", parameters[i], shapes[i], tensor_options_.dtype().toScalarType());
  }
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
const T* FanOut<T>::LoadState(Index n, const Scratch& scratch) const {
  return PaddedPixels(kernels_, x_.sample(n), x_.step(), active_, height_ * width_, padded_,
                      scratch.state.data());
}

template <typename T>
void FanOut<T>::LoadFrame(const T* state, const Scratch& scratch) const {
  kernels_.rectify(state, height_, width_, padded_, nullptr, nullptr, scratch.frame.data(),
                   frame_.row(), frame_.corner());
}

template <typename T>
void FanOut<T>::LoadInner(const Branch& branch, Index n, const Scratch& scratch) const {
  const Stage& first = stages_[branch.first];
  const Normal<T>& normal = normals_[first.normal];
  kernels_.rectify(Values(first, n), out_height_, out_width_, padded_, normal.scale(),
                   normal.shift(), scratch.inner.data(), inner_.row(), inner_.corner());
}

template <typename T>
auto FanOut<T>::LoadRest(Index n, const Scratch& scratch) const -> Rest {
  const T* from = x_.sample(n) + active_;
  if (options_.stride == 1) return {from, x_.step()};
  kernels_.pack(from, x_.step(), rest_, height_ * width_, scratch.rest.data(), padded_rest_);
  kernels_.max_pool(RestPool(), scratch.rest.data(), scratch.pooled_rest.data());
  return {scratch.pooled_rest.data(), padded_rest_};
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
void FanOut<T>::CheckWeights(const at::Tensor& weights, const at::Tensor& passes) const {
  const at::ScalarType type = tensor_options_.dtype().toScalarType();
  TORCH_CHECK_VALUE(weights.dim() == 2, "fan_out: weights must be [edges, primitives], got ",
                    weights.sizes());
  const Index edges = weights.size(0);
  Require("fan_out: weights", weights, {edges, static_cast<Index>(options_.primitives.size())},
          type);
  for (const int64_t row : options_.rows) {
    TORCH_CHECK_VALUE(row >= 0 && row < edges, "fan_out: rows must be of the ", edges,
                      " edges of weights, got ", row);
  }
  if (passes.defined()) Require("fan_out: passes", passes, {edges}, type);
}

template <typename T>
void FanOut<T>::Check(const std::vector<at::Tensor>& partial, const at::Tensor& weights,
                      const at::Tensor& passes, const std::vector<Running>& running) const {
  const at::ScalarType type = tensor_options_.dtype().toScalarType();
  CheckWeights(weights, passes);
  TORCH_CHECK_VALUE(partial.empty() || partial.size() == edges_.size(), "fan_out: partial holds ",
                    partial.size(), " sums for ", edges_.size(), " edges");
  for (const at::Tensor& sum : partial) {
    Require("fan_out: partial", sum, {batch_, channels_, out_height_, out_width_}, type);
  }
  TORCH_CHECK_VALUE(static_cast<Index>(running.size()) == normal_count_, "fan_out: running holds ",
                    running.size(), " normalisations, expected ", normal_count_);
  if (normal_count_ > 0) {
    RequireManyValues("fan_out", options_.normal.training, batch_ * pixels_);
  }
  for (const Running& each : running) each.Check("fan_out: running", active_, type);
}

template class FanOut<float>;
template class FanOut<double>;

}  // namespace torch_js::kernels
