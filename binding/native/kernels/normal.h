// Batch normalisation as the kernels use it: scale and shift by channel, forward and backward.
#pragma once

#include <vector>

#include "sample.h"
#include "workspace.h"

namespace torch_js::kernels {

// The buffers of a BatchNorm2d.
struct Running {
  at::Tensor mean, variance, batches;
};

struct NormalOptions {
  bool training;
  double momentum, eps;
};

// dy = a * g + b * y + d by channel.
template <typename T>
struct Gradient {
  Buffer<T> a, b, d;
};

// yhat = (y - mean) * inverse, and as kernels compute it, scale * y + shift. Channels behind the
// last are zero before and behind it.
template <typename T>
class Normal {
 public:
  Normal() = default;
  // From sums over `count` values a channel, which move `running`; in evaluation from `running`.
  Normal(const NormalOptions& options, const Running& running, Index padded, const double* sum,
         const double* square, double count);
  // As saved.
  Normal(const double* saved, Index padded);

  void Save(double* to) const;

  const T* mean() const { return mean_.data(); }
  const T* scale() const { return scale_.data(); }
  const T* shift() const { return shift_.data(); }
  double mean(Index c) const { return means_[c]; }
  double inverse(Index c) const { return inverses_[c]; }

  // Of a weighted output weight[c] * yhat, given the sums of g and of g * (y - mean) over the
  // batch.
  Gradient<T> Backward(bool training, const double* weight, const double* sum, const double* dot,
                       double count) const;

 private:
  void SetTables();

  std::vector<double> means_, inverses_;
  Buffer<T> mean_, scale_, shift_;
};

}  // namespace torch_js::kernels
