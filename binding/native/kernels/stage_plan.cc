#include "stage_plan.h"

#include <ATen/ops/empty_like.h>

namespace torch_js::kernels {

namespace {

Index Halved(Index size, Index stride) { return (size + stride - 1) / stride; }

Gather GatherOf(const FrameShape& frame, Index stride) {
  Gather gather{};
  gather.height = Halved(frame.height, stride);
  gather.width = Halved(frame.width, stride);
  gather.stride = stride;
  gather.channels = frame.channels;
  gather.row = frame.row();
  return gather;
}

Index Place(const FrameShape& frame, Index row, Index column) {
  return (frame.border + row) * frame.row() + (frame.border + column) * frame.channels;
}

// Rounds towards minus infinity, as -1 / 2 does not.
Index Quotient(Index value, Index divisor) {
  return value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);
}

}  // namespace

StageShape StageShape::Depthwise(const FrameShape& frame, Index kernel, Index dilation,
                                 Index stride, Index dz_border) {
  StageShape shape{GatherOf(frame, stride), {}, {}};
  Gather& gather = shape.gather;
  const Index padding = (kernel - 1) * dilation / 2;
  gather.depthwise = true;
  gather.depth = frame.channels;
  gather.taps = kernel * kernel;
  shape.dz = {gather.height, gather.width, frame.channels, dz_border};
  Scatter& scatter = shape.scatter;
  scatter.height = frame.height;
  scatter.width = frame.width;
  scatter.row = shape.dz.row();
  scatter.corner = shape.dz.corner();
  for (Index ky = 0; ky < kernel; ++ky) {
    for (Index kx = 0; kx < kernel; ++kx) {
      const Index tap = ky * kernel + kx;
      gather.offset[tap] = Place(frame, ky * dilation - padding, kx * dilation - padding);
      // Input pixel i takes from output pixel (i + padding - k * dilation) / stride, if that is
      // whole.
      for (Index y = 0; y < stride; ++y) {
        for (Index x = 0; x < stride; ++x) {
          const Index row = y + padding - ky * dilation, column = x + padding - kx * dilation;
          if (row % stride != 0 || column % stride != 0) continue;
          Reach& reach = scatter.parity[y * stride + x];
          reach.offset[reach.count] =
              Place(shape.dz, Quotient(row, stride), Quotient(column, stride));
          reach.weight[reach.count++] = tap * frame.channels;
        }
      }
    }
  }
  return shape;
}

StageShape StageShape::Patches(const FrameShape& frame, Index kernel, Index stride, Index padding,
                               Index lanes) {
  StageShape shape{GatherOf(frame, stride), {}, {}};
  Gather& gather = shape.gather;
  gather.taps = kernel * kernel;
  gather.depth = (gather.taps * frame.channels + lanes - 1) / lanes * lanes;
  for (Index tap = 0; tap < gather.taps; ++tap) {
    gather.offset[tap] = Place(frame, tap / kernel - padding, tap % kernel - padding);
  }
  shape.scatter.height = frame.height;
  shape.scatter.width = frame.width;
  shape.scatter.corner = frame.border;
  return shape;
}

StageShape StageShape::Diagonal(const FrameShape& frame, Index lanes) {
  StageShape shape = Patches(frame, 1, 2, 0, lanes);
  shape.gather.taps = 2;
  shape.gather.depth = 2 * frame.channels;
  shape.gather.offset[1] = Place(frame, 1, 1);
  return shape;
}

template <typename T>
StageWeights<T>::StageWeights(const StageShape& shape, Index columns,
                              const std::vector<at::Tensor>& parameters)
    : columns_(columns),
      depth_(shape.gather.depth),
      channels_(shape.gather.channels),
      tap_count_(shape.gather.taps),
      depthwise_(shape.gather.depthwise),
      weight_size_(depth_ * columns),
      taps_size_(depthwise_ ? tap_count_ * channels_ : 0) {
  for (const at::Tensor& parameter : parameters) parameters_.push_back(parameter.contiguous());
  weight_ = Buffer<T>::Zeros(weight_size_);
  transposed_ = Buffer<T>::Zeros(weight_size_);
  EachWeight([&](size_t p, Index from, Index row, Index column) {
    const T value = parameters_[p].template const_data_ptr<T>()[from];
    weight_[row * columns_ + column] = value;
    transposed_[column * depth_ + row] = value;
  });
  if (!depthwise_) return;
  taps_ = Buffer<T>::Zeros(taps_size_);
  const T* from = parameters_[0].template const_data_ptr<T>();
  const Index count = parameters_[0].size(0);
  for (Index c = 0; c < count; ++c) {
    for (Index t = 0; t < tap_count_; ++t) taps_[t * channels_ + c] = *from++;
  }
}

template <typename T>
template <typename Visit>
void StageWeights<T>::EachWeight(const Visit& visit) const {
  Index first_column = 0;
  for (size_t p = depthwise_ ? 1 : 0; p < parameters_.size(); ++p) {
    const at::Tensor& parameter = parameters_[p];
    const Index out = parameter.size(0), in = parameter.size(1);
    const Index taps = parameter.size(2) * parameter.size(3);
    // The second half of a FactorizedReduce multiplies the second pixel.
    const Index first_row = depthwise_ ? 0 : static_cast<Index>(p) * channels_;
    Index from = 0;
    for (Index o = 0; o < out; ++o) {
      for (Index i = 0; i < in; ++i) {
        for (Index t = 0; t < taps; ++t) {
          visit(p, from++, first_row + t * channels_ + i, first_column + o);
        }
      }
    }
    first_column += out;
  }
}

template <typename T>
std::vector<at::Tensor> StageWeights<T>::Gradients(const T* sums) const {
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& parameter : parameters_) {
    gradients.push_back(at::empty_like(parameter, at::MemoryFormat::Contiguous));
  }
  EachWeight([&](size_t p, Index to, Index row, Index column) {
    gradients[p].template mutable_data_ptr<T>()[to] = sums[row * columns_ + column];
  });
  if (depthwise_) {
    T* to = gradients[0].template mutable_data_ptr<T>();
    const Index count = parameters_[0].size(0);
    for (Index c = 0; c < count; ++c) {
      for (Index t = 0; t < tap_count_; ++t) *to++ = sums[weight_size_ + t * channels_ + c];
    }
  }
  return gradients;
}

template class StageWeights<float>;
template class StageWeights<double>;

}  // namespace torch_js::kernels
