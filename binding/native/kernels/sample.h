// What a unit for one instruction set offers: loops over one sample, as a table of functions on
// plain memory. Values are stored by pixel, channels together ("NHWC"), the channels of own buffers
// padded with zeros to whole vectors.
#pragma once

#include <cstddef>

namespace torch_js::kernels {

using Index = std::ptrdiff_t;

// Of a 7x7 kernel.
constexpr Index kMaxTaps = 49;

// Where a stage's matrix multiplication gets its rows z from: `taps` pixels of a frame (a sample
// inside a border of zeros) at offsets from `stride` times the output's pixel. Depthwise: the sum
// of these pixels, each times its row of tap weights. Else: these pixels side by side.
struct Gather {
  bool depthwise;
  Index height, width;  // of the output
  Index stride;
  Index channels;  // of the frame
  Index row;       // values in a row of the frame
  Index depth;     // values in a row of z
  Index taps;
  Index offset[kMaxTaps];
};

// Which taps reach input pixels of one parity of row and column, and from where in dz.
struct Reach {
  Index count;
  Index offset[kMaxTaps];
  Index weight[kMaxTaps];  // offset of the tap's row of weights
};

// The way back of a Gather: gradients of the input from those of z. Depthwise these lie in a frame
// too.
struct Scatter {
  Index height, width;  // of the input
  Index row;            // values in a row of dz's frame
  Index corner;         // offset of the first pixel within it
  Reach parity[4];
};

template <typename T>
struct StageInput {
  const Gather* gather;
  const T* frame;
  const T* taps;    // [taps, channels]; depthwise only
  const T* weight;  // [depth, columns]
  Index columns;
  T* z;  // room for the rows of a strip
};

template <typename T>
struct StageGradient {
  const Scatter* scatter;
  const T* dy;          // [pixels, columns]
  const T* transposed;  // [columns, depth]
  T* dz;                // depthwise: a frame with zeros at its border; else room for a strip
  T* dweight;           // [depth, columns], added to; null: not wanted, nor dtaps
  T* dtaps;             // [taps, channels], added to; depthwise only
  T* dinput;            // [height, width, channels], added to; null: not wanted
  bool fresh;           // whether dinput holds nothing yet
};

struct PoolShape {
  Index height, width, channels;
  Index kernel, stride, padding;
  Index out_height, out_width;
};

// A strip is as many whole rows as hold this many pixels, or one.
constexpr Index kStrip = 32;

template <typename T>
struct SampleKernels {
  Index lanes;

  // The first `channels` values of each of `pixels` pixels that lie `step` apart, `padded` apart.
  void (*pack)(const T* from, Index step, Index channels, Index pixels, T* to, Index padded);
  // The way back, plus the values of `partial` (null: nothing), which lie as `to`.
  void (*unpack)(const T* from, Index padded, Index channels, Index pixels, const T* partial, T* to,
                 Index step);
  // Each of `pixels` pixels `step` apart holds a matrix [rows, columns]; `to` gets their
  // transposes, one behind the other.
  void (*transpose)(const T* from, Index step, Index pixels, Index rows, Index columns, T* to);
  // max(scale * x + shift, 0), or max(x, 0) without a scale, into the middle of a frame.
  void (*rectify)(const T* from, Index height, Index width, Index channels, const T* scale,
                  const T* shift, T* frame, Index row, Index corner);
  // Zero in `gradient` where the frame's middle is not above zero.
  void (*mask)(const T* frame, Index row, Index corner, Index height, Index width, Index channels,
               T* gradient);

  // y = z weight; adds each column's sum, and its sum of squares, where sum is not null.
  void (*forward)(const StageInput<T>& stage, T* y, double* sum, double* square);
  void (*backward)(const StageInput<T>& stage, const StageGradient<T>& gradient);
  void (*moments)(const T* y, Index pixels, Index channels, double* sum, double* square);

  // shift + sum of scale * values over the terms; the shift may be null.
  void (*combine)(Index terms, const T* const* values, const T* const* scales, const T* shift,
                  Index pixels, Index channels, T* out);
  // Adds sum of g by channel.
  void (*sums)(const T* g, Index pixels, Index channels, double* sum);
  // Adds sum of g * (y - mean) by channel; without a mean, of g * y. Pixels lie a step apart. Adds
  // sum of g too, where sum is not null.
  void (*dots)(const T* g, Index g_step, const T* y, Index y_step, const T* mean, Index pixels,
               Index channels, double* dot, double* sum);
  // a * g + b * y + d by channel.
  void (*affine)(const T* g, const T* y, const T* a, const T* b, const T* d, Index pixels,
                 Index channels, T* out);
  // to = partial + factor * from, pixels a step apart; `partial` (null: nothing) lies as `to`.
  void (*add_scaled)(const T* from, Index step, T factor, Index channels, Index pixels,
                     const T* partial, T* to, Index to_step);
  // out += x.
  void (*add)(const T* x, Index count, T* out);

  void (*max_pool)(const PoolShape& shape, const T* x, T* y);
  // Adds to dx; among equals the first pixel of a window, in the order of rows, was its maximum.
  void (*max_pool_backward)(const PoolShape& shape, const T* x, const T* y, const T* dy, T* dx);
  // Averages over the pixels inside the image.
  void (*avg_pool)(const PoolShape& shape, const T* x, T* y);
  void (*avg_pool_backward)(const PoolShape& shape, const T* dy, T* dx);
};

// Tables of one instruction set, by width of their vectors: the widest first.
struct KernelSet {
  const char* name;
  const SampleKernels<float>* float32[2];
  const SampleKernels<double>* float64[2];
};

}  // namespace torch_js::kernels
