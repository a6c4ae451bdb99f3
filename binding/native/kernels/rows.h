// Loops over the pixels of a sample, channel by channel.
#pragma once

#include "vector.h"

namespace torch_js::kernels {

namespace {

template <typename T, int N>
void Pack(const T* from, Index step, Index channels, Index pixels, T* to, Index padded) {
  for (Index i = 0; i < pixels; ++i, from += step, to += padded) {
    Index c = 0;
    for (; c + N <= channels; c += N) Store<T, N>(to + c, Load<T, N>(from + c));
    for (; c < channels; ++c) to[c] = from[c];
    for (; c < padded; ++c) to[c] = 0;
  }
}

template <typename T, int N>
void Unpack(const T* from, Index padded, Index channels, Index pixels, const T* partial, T* to,
            Index step) {
  for (Index i = 0; i < pixels; ++i, from += padded, to += step) {
    const T* add = partial ? partial + i * step : nullptr;
    Index c = 0;
    for (; c + N <= channels; c += N) {
      const Vector<T, N> value = Load<T, N>(from + c);
      Store<T, N>(to + c, add ? value + Load<T, N>(add + c) : value);
    }
    for (; c < channels; ++c) to[c] = add ? from[c] + add[c] : from[c];
  }
}

template <typename T>
void Transpose(const T* from, Index step, Index pixels, Index rows, Index columns, T* to) {
  for (Index i = 0; i < pixels; ++i, from += step, to += rows * columns) {
    for (Index r = 0; r < rows; ++r) {
      for (Index c = 0; c < columns; ++c) to[c * rows + r] = from[r * columns + c];
    }
  }
}

template <typename T, int N>
void Rectify(const T* from, Index height, Index width, Index channels, const T* scale,
             const T* shift, T* frame, Index row, Index corner) {
  using V = Vector<T, N>;
  for (Index i = 0; i < height; ++i) {
    T* to = frame + corner + i * row;
    if (channels % N != 0) {
      // Images, which have few channels, are not padded.
      for (Index c = 0; c < width * channels; ++c) to[c] = from[c] < 0 ? 0 : from[c];
      from += width * channels;
      continue;
    }
    for (Index j = 0; j < width; ++j, from += channels, to += channels) {
      for (Index c = 0; c < channels; c += N) {
        V x = Load<T, N>(from + c);
        if (scale) x = x * Load<T, N>(scale + c) + Load<T, N>(shift + c);
        // NaN stays NaN.
        Store<T, N>(to + c, x < 0 ? V{} : x);
      }
    }
  }
}

template <typename T, int N>
void Mask(const T* frame, Index row, Index corner, Index height, Index width, Index channels,
          T* gradient) {
  using V = Vector<T, N>;
  for (Index i = 0; i < height; ++i) {
    const T* a = frame + corner + i * row;
    Index c = 0;
    for (; c + N <= width * channels; c += N) {
      Store<T, N>(gradient + c, Load<T, N>(a + c) > 0 ? Load<T, N>(gradient + c) : V{});
    }
    for (; c < width * channels; ++c) gradient[c] = a[c] > 0 ? gradient[c] : 0;
    gradient += width * channels;
  }
}

// Strips are summed about their own means in T, and strips in double: squares do not cancel.
template <typename T, int N>
void Moments(const T* y, Index pixels, Index channels, double* sum, double* square) {
  using V = Vector<T, N>;
  for (Index begin = 0; begin < pixels; begin += kStrip) {
    const Index count = pixels - begin < kStrip ? pixels - begin : kStrip;
    const T* strip = y + begin * channels;
    for (Index c = 0; c < channels; c += N) {
      V total{};
      for (Index i = 0; i < count; ++i) total += Load<T, N>(strip + i * channels + c);
      const V mean = total / static_cast<T>(count);
      V squares{};
      for (Index i = 0; i < count; ++i) {
        const V distance = Load<T, N>(strip + i * channels + c) - mean;
        squares += distance * distance;
      }
      for (int k = 0; k < N; ++k) {
        const double s = total[k];
        sum[c + k] += s;
        square[c + k] += squares[k] + s * s / count;
      }
    }
  }
}

template <typename T, int N>
void Combine(Index terms, const T* const* values, const T* const* scales, const T* shift,
             Index pixels, Index channels, T* out) {
  using V = Vector<T, N>;
  for (Index i = 0; i < pixels; ++i) {
    for (Index c = 0; c < channels; c += N) {
      V sum = shift ? Load<T, N>(shift + c) : V{};
      for (Index t = 0; t < terms; ++t) {
        sum += Load<T, N>(scales[t] + c) * Load<T, N>(values[t] + i * channels + c);
      }
      Store<T, N>(out + i * channels + c, sum);
    }
  }
}

template <typename T, int N>
void Sums(const T* g, Index pixels, Index channels, double* sum) {
  for (Index c = 0; c < channels; c += N) {
    for (Index begin = 0; begin < pixels; begin += kStrip) {
      const Index end = begin + kStrip < pixels ? begin + kStrip : pixels;
      Vector<T, N> total{};
      for (Index i = begin; i < end; ++i) total += Load<T, N>(g + i * channels + c);
      for (int k = 0; k < N; ++k) sum[c + k] += total[k];
    }
  }
}

template <typename T, int N>
void Dots(const T* g, Index g_step, const T* y, Index y_step, const T* mean, Index pixels,
          Index channels, double* dot, double* sum) {
  using V = Vector<T, N>;
  for (Index begin = 0; begin < pixels; begin += kStrip) {
    const Index end = begin + kStrip < pixels ? begin + kStrip : pixels;
    Index c = 0;
    for (; c + N <= channels; c += N) {
      const V middle = mean ? Load<T, N>(mean + c) : V{};
      V total{}, whole{};
      for (Index i = begin; i < end; ++i) {
        const V gradient = Load<T, N>(g + i * g_step + c);
        total += gradient * (Load<T, N>(y + i * y_step + c) - middle);
        whole += gradient;
      }
      for (int k = 0; k < N; ++k) dot[c + k] += total[k];
      for (int k = 0; sum && k < N; ++k) sum[c + k] += whole[k];
    }
    for (; c < channels; ++c) {
      const T middle = mean ? mean[c] : 0;
      T total = 0, whole = 0;
      for (Index i = begin; i < end; ++i) {
        total += g[i * g_step + c] * (y[i * y_step + c] - middle);
        whole += g[i * g_step + c];
      }
      dot[c] += total;
      if (sum) sum[c] += whole;
    }
  }
}

template <typename T, int N>
void Affine(const T* g, const T* y, const T* a, const T* b, const T* d, Index pixels,
            Index channels, T* out) {
  for (Index i = 0; i < pixels; ++i) {
    for (Index c = 0; c < channels; c += N) {
      const Index at = i * channels + c;
      Store<T, N>(out + at, Load<T, N>(a + c) * Load<T, N>(g + at) +
                                Load<T, N>(b + c) * Load<T, N>(y + at) + Load<T, N>(d + c));
    }
  }
}

template <typename T, int N>
void AddScaled(const T* from, Index step, T factor, Index channels, Index pixels, const T* partial,
               T* to, Index to_step) {
  for (Index i = 0; i < pixels; ++i, from += step, to += to_step) {
    const T* add = partial ? partial + i * to_step : nullptr;
    Index c = 0;
    for (; c + N <= channels; c += N) {
      const Vector<T, N> value = factor * Load<T, N>(from + c);
      Store<T, N>(to + c, add ? value + Load<T, N>(add + c) : value);
    }
    for (; c < channels; ++c) to[c] = add ? factor * from[c] + add[c] : factor * from[c];
  }
}

template <typename T, int N>
void Add(const T* x, Index count, T* out) {
  for (Index i = 0; i < count; i += N)
    Store<T, N>(out + i, Load<T, N>(out + i) + Load<T, N>(x + i));
}

}  // namespace

}  // namespace torch_js::kernels
