// Depthwise convolutions as sums over taps: a list of offsets into a frame, each with a row of
// weights.
#pragma once

#include "vector.h"

namespace torch_js::kernels {

namespace {

template <typename T, int N, int B>
inline void TapBlock(const T* in, Index step, Index count, const Index* offset, const Index* weight,
                     const T* taps, T* out, Index out_step, bool add) {
  Vector<T, N> sum[B];
  TORCH_JS_UNROLL
  for (int j = 0; j < B; ++j) sum[j] = add ? Load<T, N>(out + j * out_step) : Vector<T, N>{};
  for (Index t = 0; t < count; ++t) {
    const Vector<T, N> tap = Load<T, N>(taps + weight[t]);
    const T* from = in + offset[t];
    TORCH_JS_UNROLL
    for (int j = 0; j < B; ++j) sum[j] += tap * Load<T, N>(from + j * step);
  }
  TORCH_JS_UNROLL
  for (int j = 0; j < B; ++j) Store<T, N>(out + j * out_step, sum[j]);
}

// out[j, c] (+)= sum over t of taps[weight[t] + c] * in[j * step + offset[t] + c], for `pixels` j.
template <typename T, int N>
inline void TapRow(const T* in, Index step, Index count, const Index* offset, const Index* weight,
                   const T* taps, T* out, Index out_step, Index pixels, Index channels, bool add) {
  constexpr int kBlock = kRegisters / 2;
  for (Index c = 0; c < channels; c += N) {
    Index j = 0;
    for (; j + kBlock <= pixels; j += kBlock) {
      TapBlock<T, N, kBlock>(in + c + j * step, step, count, offset, weight, taps + c,
                             out + c + j * out_step, out_step, add);
    }
    for (; j + 8 <= pixels; j += 8) {
      TapBlock<T, N, 8>(in + c + j * step, step, count, offset, weight, taps + c,
                        out + c + j * out_step, out_step, add);
    }
    for (; j + 4 <= pixels; j += 4) {
      TapBlock<T, N, 4>(in + c + j * step, step, count, offset, weight, taps + c,
                        out + c + j * out_step, out_step, add);
    }
    for (; j < pixels; ++j) {
      TapBlock<T, N, 1>(in + c + j * step, step, count, offset, weight, taps + c,
                        out + c + j * out_step, out_step, add);
    }
  }
}

// G taps at once: dtaps[t, c] += sum over pixels of frame[pixel + offset[t], c] * dz[pixel, c].
template <typename T, int N, int G>
inline void TapGradientGroup(const Gather& gather, const T* frame, const Index* offset, const T* dz,
                             Index dz_row, T* dtaps) {
  const Index step = gather.stride * gather.channels;
  for (Index c = 0; c < gather.channels; c += N) {
    Vector<T, N> sum[G];
    TORCH_JS_UNROLL
    for (int t = 0; t < G; ++t) sum[t] = Vector<T, N>{};
    for (Index i = 0; i < gather.height; ++i) {
      const T* in = frame + i * gather.stride * gather.row + c;
      const T* d = dz + i * dz_row + c;
      for (Index j = 0; j < gather.width; ++j) {
        const Vector<T, N> gradient = Load<T, N>(d + j * gather.channels);
        TORCH_JS_UNROLL
        for (int t = 0; t < G; ++t) sum[t] += gradient * Load<T, N>(in + j * step + offset[t]);
      }
    }
    TORCH_JS_UNROLL
    for (int t = 0; t < G; ++t) {
      T* to = dtaps + t * gather.channels + c;
      Store<T, N>(to, Load<T, N>(to) + sum[t]);
    }
  }
}

template <typename T, int N>
inline void TapGradients(const Gather& gather, const T* frame, const T* dz, Index dz_row,
                         T* dtaps) {
  Index t = 0;
  const Index* offset = gather.offset;
  const auto group = [&]<int G>() {
    for (; t + G <= gather.taps; t += G) {
      TapGradientGroup<T, N, G>(gather, frame, offset + t, dz, dz_row, dtaps + t * gather.channels);
    }
  };
  if constexpr (kRegisters == 32) group.template operator()<25>();
  group.template operator()<9>();
  group.template operator()<8>();
  group.template operator()<1>();
}

}  // namespace

}  // namespace torch_js::kernels
