#include "normal.h"

#include <cmath>

namespace torch_js::kernels {

template <typename T>
Normal<T>::Normal(const NormalOptions& options, const Running& running, Index padded,
                  const double* sum, const double* square, double count)
    : means_(padded), inverses_(padded, 1 / std::sqrt(options.eps)) {
  const Index channels = running.mean.numel();
  T* mean = running.mean.mutable_data_ptr<T>();
  T* variance = running.variance.mutable_data_ptr<T>();
  for (Index c = 0; c < channels; ++c) {
    if (options.training) {
      means_[c] = sum[c] / count;
      const double squares = square[c] - sum[c] * means_[c];
      inverses_[c] = 1 / std::sqrt(squares / count + options.eps);
      const double keep = 1 - options.momentum;
      mean[c] = static_cast<T>(keep * mean[c] + options.momentum * means_[c]);
      variance[c] = static_cast<T>(keep * variance[c] + options.momentum * (squares / (count - 1)));
    } else {
      means_[c] = mean[c];
      inverses_[c] = 1 / std::sqrt(variance[c] + options.eps);
    }
  }
  if (options.training) {
    *running.batches.mutable_data_ptr<int64_t>() += 1;
    for (const at::Tensor& buffer : {running.mean, running.variance, running.batches}) {
      buffer.unsafeGetTensorImpl()->bump_version();
    }
  }
  SetTables();
}

template <typename T>
Normal<T>::Normal(const double* saved, Index padded)
    : means_(saved, saved + padded), inverses_(saved + padded, saved + 2 * padded) {
  SetTables();
}

template <typename T>
void Normal<T>::Save(double* to) const {
  to = std::copy(means_.begin(), means_.end(), to);
  std::copy(inverses_.begin(), inverses_.end(), to);
}

template <typename T>
void Normal<T>::SetTables() {
  const Index padded = static_cast<Index>(means_.size());
  mean_ = Buffer<T>(padded);
  scale_ = Buffer<T>(padded);
  shift_ = Buffer<T>(padded);
  for (Index c = 0; c < padded; ++c) {
    mean_[c] = static_cast<T>(means_[c]);
    scale_[c] = static_cast<T>(inverses_[c]);
    shift_[c] = static_cast<T>(-means_[c] * inverses_[c]);
  }
}

template <typename T>
Gradient<T> Normal<T>::Backward(bool training, const double* weight, const double* sum,
                                const double* dot, double count) const {
  const Index padded = static_cast<Index>(means_.size());
  Gradient<T> gradient{Buffer<T>(padded), Buffer<T>(padded), Buffer<T>(padded)};
  for (Index c = 0; c < padded; ++c) {
    const double i = inverses_[c];
    const double a = weight[c] * i;
    const double b = training ? -a * i * i * dot[c] / count : 0;
    const double d = training ? -a * sum[c] / count - b * means_[c] : 0;
    gradient.a[c] = static_cast<T>(a);
    gradient.b[c] = static_cast<T>(b);
    gradient.d[c] = static_cast<T>(d);
  }
  return gradient;
}

template class Normal<float>;
template class Normal<double>;

}  // namespace torch_js::kernels
