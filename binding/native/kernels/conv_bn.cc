#include "conv_bn.h"

#include <ATen/ops/empty.h>

#include "check.h"

namespace torch_js::kernels {

namespace {

// Checks everything, as it comes first.
Index OutChannels(const ConvBnOptions& options, const at::Tensor& x,
                  const std::vector<at::Tensor>& parameters) {
  TORCH_CHECK_VALUE(parameters.size() == 1 || parameters.size() == 2,
                    "conv_bn: parameters must hold one or two weights, got ", parameters.size());
  const int64_t padding = options.padding, stride = options.stride, kernel = 2 * padding + 1;
  TORCH_CHECK_VALUE(padding >= 0 && padding <= 3, "conv_bn: padding must be in 0..3, got ",
                    padding);
  TORCH_CHECK_VALUE(stride == 1 || stride == 2, "conv_bn: stride must be 1 or 2, got ", stride);
  TORCH_CHECK_VALUE(parameters.size() == 1 || (padding == 0 && stride == 2),
                    "conv_bn: two halves must be of padding 0 and stride 2");
  Index channels = 0;
  for (const at::Tensor& parameter : parameters) {
    TORCH_CHECK_VALUE(parameter.dim() == 4 && parameter.numel() > 0,
                      "conv_bn: a weight must be [C_out, C, k, k], got ", parameter.sizes());
    Require("conv_bn: a weight", parameter, {parameter.size(0), x.size(1), kernel, kernel},
            x.scalar_type());
    channels += parameter.size(0);
  }
  return channels;
}

// The second pixel of FactorizedReduce may lie behind the last row or column.
Index Border(const ConvBnOptions& options, const at::Tensor& x, bool diagonal) {
  return diagonal && (x.size(2) % 2 || x.size(3) % 2) ? 1 : options.padding;
}

}  // namespace

template <typename T>
ConvBn<T>::ConvBn(const ConvBnOptions& options, const at::Tensor& x,
                  const std::vector<at::Tensor>& parameters)
    : options_(options),
      x_(x),
      tensor_options_(x.options()),
      batch_(x.size(0)),
      channels_(x.size(1)),
      out_channels_(OutChannels(options, x, parameters)),
      kernels_(KernelsFor<T>(out_channels_)),
      // A wide kernel's patches of few channels, as images have, are padded as a whole.
      padded_(parameters[0].size(2) > 1 && channels_ < kernels_.lanes
                  ? channels_
                  : Padded(kernels_, channels_)),
      padded_out_(Padded(kernels_, out_channels_)),
      frame_{x.size(2), x.size(3), padded_, Border(options, x, parameters.size() == 2)},
      shape_(Shape(parameters.size() == 2, parameters[0].size(2))),
      weights_(shape_, padded_out_, parameters),
      pixels_(shape_.gather.height * shape_.gather.width) {}

template <typename T>
StageShape ConvBn<T>::Shape(bool diagonal, Index kernel) const {
  return diagonal ? StageShape::Diagonal(frame_, kernels_.lanes)
                  : StageShape::Patches(frame_, kernel, options_.stride, options_.padding,
                                        kernels_.lanes);
}

template <typename T>
ConvBn<T>::Scratch::Scratch(const ConvBn& owner, bool backward) {
  const Index size = owner.frame_.height * owner.frame_.width * owner.padded_;
  const Index strip = std::max(kStrip, owner.shape_.gather.width) * owner.shape_.gather.depth;
  state = Buffer<T>(size);
  frame = Buffer<T>::Zeros(owner.frame_.size());
  z = Buffer<T>(strip);
  out = Buffer<T>(owner.pixels_ * owner.padded_out_);
  if (!backward) return;
  dy = Buffer<T>(owner.pixels_ * owner.padded_out_);
  dz = Buffer<T>(strip);
  dx = Buffer<T>(size);
}

template <typename T>
auto ConvBn<T>::Scratches(bool backward) const -> std::vector<Scratch> {
  std::vector<Scratch> scratches;
  for (Index part = 0; part < Parts(batch_); ++part) scratches.emplace_back(*this, backward);
  return scratches;
}

template <typename T>
void ConvBn<T>::LoadFrame(Index n, const Scratch& scratch) const {
  const Index size = frame_.height * frame_.width;
  const T* state = PaddedPixels(kernels_, x_.sample(n), x_.step(), channels_, size, padded_,
                                scratch.state.data());
  if (options_.relu) {
    kernels_.rectify(state, frame_.height, frame_.width, padded_, nullptr, nullptr,
                     scratch.frame.data(), frame_.row(), frame_.corner());
    return;
  }
  const Index row = frame_.width * padded_;
  for (Index i = 0; i < frame_.height; ++i) {
    std::copy_n(state + i * row, row, scratch.frame.data() + frame_.corner() + i * frame_.row());
  }
}

template <typename T>
T* ConvBn<T>::Values(Index n) const {
  return values.mutable_data_ptr<T>() + n * pixels_ * padded_out_;
}

template <typename T>
at::Tensor ConvBn<T>::Forward(const at::Tensor& gamma, const at::Tensor& beta,
                              const Running& running) {
  const at::ScalarType type = tensor_options_.dtype().toScalarType();
  RequireManyValues("conv_bn", options_.normal.training, batch_ * pixels_);
  running.Check("conv_bn: running", out_channels_, type);
  for (const at::Tensor& factor : {gamma, beta}) {
    if (factor.defined()) Require("conv_bn: gamma and beta", factor, {out_channels_}, type);
  }
  values = Pooled({batch_ * pixels_ * padded_out_}, tensor_options_);
  const std::vector<Scratch> scratches = Scratches(false);
  PartSums<double> sums(Parts(batch_), 2 * padded_out_);
  EachSample(Region::kConvBn, batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches[part];
    LoadFrame(n, scratch);
    double* sum = options_.normal.training ? sums.of(part) : nullptr;
    kernels_.forward({&shape_.gather, scratch.frame.data(), nullptr, weights_.weight(), padded_out_,
                      scratch.z.data()},
                     Values(n), sum, sum ? sum + padded_out_ : nullptr);
  });
  sums.Add();
  const Normal<T> normal(options_.normal, running, padded_out_, sums.of(0),
                         sums.of(0) + padded_out_, static_cast<double>(batch_) * pixels_);
  statistics = at::empty({2 * padded_out_}, at::kDouble);
  normal.Save(statistics.mutable_data_ptr<double>());

  const Buffer<T> scale = Buffer<T>::Zeros(padded_out_), shift = Buffer<T>::Zeros(padded_out_);
  for (Index c = 0; c < out_channels_; ++c) {
    const double weight = gamma.defined() ? gamma.const_data_ptr<T>()[c] : 1.0;
    const double bias = beta.defined() ? beta.const_data_ptr<T>()[c] : 0.0;
    scale[c] = static_cast<T>(weight * normal.inverse(c));
    shift[c] = static_cast<T>(bias - weight * normal.inverse(c) * normal.mean(c));
  }
  const Index height = shape_.gather.height, width = shape_.gather.width;
  at::Tensor output = Pooled({batch_, out_channels_, height, width}, tensor_options_,
                             at::MemoryFormat::ChannelsLast);
  EachSample(Region::kConvBn, batch_, [&](Index part, Index n) {
    const T* terms = Values(n);
    const T* scales = scale.data();
    const bool whole = padded_out_ == out_channels_;
    T* to = output.mutable_data_ptr<T>() + n * pixels_ * out_channels_;
    T* out = whole ? to : scratches[part].out.data();
    kernels_.combine(1, &terms, &scales, shift.data(), pixels_, padded_out_, out);
    if (whole) return;
    kernels_.unpack(out, padded_out_, out_channels_, pixels_, nullptr, to, out_channels_);
  });
  return output;
}

template <typename T>
ConvBnGradients ConvBn<T>::Backward(const at::Tensor& gradient, const at::Tensor& gamma,
                                    bool want_x, bool want_parameters) {
  const Normal<T> normal(statistics.const_data_ptr<double>(), padded_out_);
  const at::ScalarType type = tensor_options_.dtype().toScalarType();
  Require("conv_bn: the gradient", gradient,
          {batch_, out_channels_, shape_.gather.height, shape_.gather.width}, type);
  if (gamma.defined()) Require("conv_bn: gamma", gamma, {out_channels_}, type);
  // They may have been resized since.
  TORCH_CHECK_VALUE(
      values.numel() == batch_ * pixels_ * padded_out_ && statistics.numel() == 2 * padded_out_,
      "conv_bn: x is no longer what it was in the forward pass");
  const Pixels<T> gradients(gradient);
  const std::vector<Scratch> scratches = Scratches(true);
  PartSums<double> sums(Parts(batch_), 2 * padded_out_);
  const auto load = [&](Index n, const Scratch& scratch) {
    return PaddedPixels(kernels_, gradients.sample(n), gradients.step(), out_channels_, pixels_,
                        padded_out_, scratch.out.data());
  };
  EachSample(Region::kConvBnBackward, batch_, [&](Index part, Index n) {
    const T* g = load(n, scratches[part]);
    kernels_.dots(g, padded_out_, Values(n), padded_out_, normal.mean(), pixels_, padded_out_,
                  sums.of(part) + padded_out_, sums.of(part));
  });
  sums.Add();
  const double *sum = sums.of(0), *dot = sum + padded_out_;
  std::vector<double> weight(padded_out_, 1.0);
  ConvBnGradients result;
  if (gamma.defined()) {
    result.gamma = at::empty({out_channels_}, tensor_options_);
    result.beta = at::empty({out_channels_}, tensor_options_);
    for (Index c = 0; c < out_channels_; ++c) {
      weight[c] = gamma.const_data_ptr<T>()[c];
      result.gamma.template mutable_data_ptr<T>()[c] = static_cast<T>(dot[c] * normal.inverse(c));
      result.beta.template mutable_data_ptr<T>()[c] = static_cast<T>(sum[c]);
    }
  }
  if (!want_x && !want_parameters) return result;

  const Gradient<T> factors = normal.Backward(options_.normal.training, weight.data(), sum, dot,
                                              static_cast<double>(batch_) * pixels_);
  PartSums<T> dparameters(Parts(batch_), weights_.gradient_size());
  const Index size = frame_.height * frame_.width;
  if (want_x) {
    result.x = Pooled({batch_, channels_, frame_.height, frame_.width}, tensor_options_,
                      at::MemoryFormat::ChannelsLast);
  }
  EachSample(Region::kConvBnBackward, batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches[part];
    LoadFrame(n, scratch);
    kernels_.affine(load(n, scratch), Values(n), factors.a.data(), factors.b.data(),
                    factors.d.data(), pixels_, padded_out_, scratch.dy.data());
    T* to = want_x ? result.x.template mutable_data_ptr<T>() + n * size * channels_ : nullptr;
    const bool whole = padded_ == channels_;
    T* dx = want_x && !whole ? scratch.dx.data() : to;
    kernels_.backward({&shape_.gather, scratch.frame.data(), nullptr, weights_.weight(),
                       padded_out_, scratch.z.data()},
                      {&shape_.scatter, scratch.dy.data(), weights_.transposed(), scratch.dz.data(),
                       want_parameters ? dparameters.of(part) : nullptr, nullptr, dx, true});
    if (!want_x) return;
    if (options_.relu) {
      kernels_.mask(scratch.frame.data(), frame_.row(), frame_.corner(), frame_.height,
                    frame_.width, padded_, dx);
    }
    if (!whole) kernels_.unpack(dx, padded_, channels_, size, nullptr, to, channels_);
  });
  if (want_parameters) {
    dparameters.Add();
    result.parameters = weights_.Gradients(dparameters.of(0));
  }
  return result;
}

template class ConvBn<float>;
template class ConvBn<double>;

}  // namespace torch_js::kernels
