// A stage on one sample: rows of z are gathered strip by strip and multiplied while they are in the
// nearest cache, forward and backward; z is never stored whole.
#pragma once

#include "matrix.h"
#include "rows.h"
#include "taps.h"

namespace torch_js::kernels {

namespace {

// Copies the pixels of `gather` side by side.
template <typename T>
inline void GatherPatches(const Gather& gather, const T* in, T* z) {
  for (Index j = 0; j < gather.width; ++j, z += gather.depth) {
    const T* pixel = in + j * gather.stride * gather.channels;
    for (Index t = 0; t < gather.taps; ++t) {
      const T* from = pixel + gather.offset[t];
      T* to = z + t * gather.channels;
      for (Index c = 0; c < gather.channels; ++c) to[c] = from[c];
    }
    for (Index c = gather.taps * gather.channels; c < gather.depth; ++c) z[c] = 0;
  }
}

// Whether z is the frame itself: a 1x1 convolution.
inline bool IsPoint(const Gather& gather) {
  return !gather.depthwise && gather.taps == 1 && gather.stride == 1 &&
         gather.row == gather.width * gather.channels && gather.depth == gather.channels;
}

// Rows `first` and following of z, in `z` or where they lie already.
template <typename T, int N>
inline const T* GatherRows(const StageInput<T>& stage, Index first, Index rows) {
  const Gather& gather = *stage.gather;
  if (IsPoint(gather)) return stage.frame + first * gather.row;
  Index weight[kMaxTaps];
  for (Index t = 0; t < gather.taps; ++t) weight[t] = t * gather.channels;
  for (Index i = 0; i < rows; ++i) {
    const T* in = stage.frame + (first + i) * gather.stride * gather.row;
    T* z = stage.z + i * gather.width * gather.depth;
    if (gather.depthwise) {
      TapRow<T, N>(in, gather.stride * gather.channels, gather.taps, gather.offset, weight,
                   stage.taps, z, gather.channels, gather.width, gather.channels, false);
    } else {
      GatherPatches(gather, in, z);
    }
  }
  return stage.z;
}

inline Index StripRows(const Gather& gather) {
  const Index rows = kStrip / gather.width;
  return rows > 0 ? rows : 1;
}

template <typename T, int N>
void Forward(const StageInput<T>& stage, T* y, double* sum, double* square) {
  const Gather& gather = *stage.gather;
  const Index strip = StripRows(gather);
  for (Index first = 0; first < gather.height; first += strip) {
    const Index rows = gather.height - first < strip ? gather.height - first : strip;
    const Index pixels = rows * gather.width;
    const T* z = GatherRows<T, N>(stage, first, rows);
    T* to = y + first * gather.width * stage.columns;
    Multiply<T, N>({z, gather.depth, 1}, stage.weight, stage.columns, to, stage.columns, pixels,
                   gather.depth, stage.columns, false);
    if (sum) Moments<T, N>(to, pixels, stage.columns, sum, square);
  }
}

// Adds rows of dz to the pixels that they were gathered from.
template <typename T>
inline void ScatterPatches(const Gather& gather, const Scatter& scatter, Index first, Index rows,
                           const T* dz, T* dinput) {
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < gather.width; ++j, dz += gather.depth) {
      for (Index t = 0; t < gather.taps; ++t) {
        // Offsets are a frame's; the input has no border.
        const Index row = (first + i) * gather.stride + gather.offset[t] / gather.row;
        const Index column = j * gather.stride + gather.offset[t] % gather.row / gather.channels;
        const Index y = row - scatter.corner, x = column - scatter.corner;
        if (y < 0 || x < 0 || y >= scatter.height || x >= scatter.width) continue;
        T* to = dinput + (y * scatter.width + x) * gather.channels;
        const T* from = dz + t * gather.channels;
        for (Index c = 0; c < gather.channels; ++c) to[c] += from[c];
      }
    }
  }
}

// Sums the taps that reach each input pixel; at stride 2 these differ by the parity of row and
// column.
template <typename T, int N>
inline void ScatterTaps(const Gather& gather, const Scatter& scatter, const T* taps, const T* dz,
                        T* dinput, bool fresh) {
  const Index channels = gather.channels, stride = gather.stride;
  for (Index i = 0; i < scatter.height; ++i) {
    for (Index x = 0; x < stride && x < scatter.width; ++x) {
      const Reach& reach = scatter.parity[i % stride * stride + x];
      if (reach.count == 0 && !fresh) continue;
      TapRow<T, N>(dz + i / stride * scatter.row, channels, reach.count, reach.offset, reach.weight,
                   taps, dinput + (i * scatter.width + x) * channels, stride * channels,
                   (scatter.width - x + stride - 1) / stride, channels, !fresh);
    }
  }
}

template <typename T, int N>
void Backward(const StageInput<T>& stage, const StageGradient<T>& gradient) {
  const Gather& gather = *stage.gather;
  const Scatter& scatter = *gradient.scatter;
  const Index columns = stage.columns;
  const Index strip = StripRows(gather);
  if (gradient.dinput && gradient.fresh && !gather.depthwise && !IsPoint(gather)) {
    const Index size = scatter.height * scatter.width * gather.channels;
    for (Index i = 0; i < size; ++i) gradient.dinput[i] = 0;
  }
  T* inside = gradient.dz + (gather.depthwise ? scatter.corner : 0);
  for (Index first = 0; first < gather.height; first += strip) {
    const Index rows = gather.height - first < strip ? gather.height - first : strip;
    const Index pixels = rows * gather.width;
    const T* dy = gradient.dy + first * gather.width * columns;
    if (gradient.dweight) {
      const T* z = GatherRows<T, N>(stage, first, rows);
      Multiply<T, N>({z, 1, gather.depth}, dy, columns, gradient.dweight, columns, gather.depth,
                     pixels, columns, true);
    }
    if (gather.depthwise) {
      for (Index i = 0; i < rows; ++i) {
        Multiply<T, N>({dy + i * gather.width * columns, columns, 1}, gradient.transposed,
                       gather.depth, inside + (first + i) * scatter.row, gather.depth, gather.width,
                       columns, gather.depth, false);
      }
    } else if (gradient.dinput && IsPoint(gather)) {
      Multiply<T, N>({dy, columns, 1}, gradient.transposed, gather.depth,
                     gradient.dinput + first * gather.row, gather.depth, pixels, columns,
                     gather.depth, !gradient.fresh);
    } else if (gradient.dinput) {
      Multiply<T, N>({dy, columns, 1}, gradient.transposed, gather.depth, gradient.dz, gather.depth,
                     pixels, columns, gather.depth, false);
      ScatterPatches(gather, scatter, first, rows, gradient.dz, gradient.dinput);
    }
  }
  if (!gather.depthwise) return;
  if (gradient.dtaps) {
    TapGradients<T, N>(gather, stage.frame, inside, scatter.row, gradient.dtaps);
  }
  if (gradient.dinput) {
    ScatterTaps<T, N>(gather, scatter, stage.taps, gradient.dz, gradient.dinput, gradient.fresh);
  }
}

}  // namespace

}  // namespace torch_js::kernels
