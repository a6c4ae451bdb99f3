// Pools of one sample. A window's pixels outside the image do not count.
#pragma once

#include "vector.h"

namespace torch_js::kernels {

namespace {

// Calls visit(output pixel, input pixel, first of its window) in the order of rows.
template <typename Begin, typename Visit, typename End>
inline void EachWindow(const PoolShape& shape, Begin begin, Visit visit, End end) {
  for (Index i = 0; i < shape.out_height; ++i) {
    Index top = i * shape.stride - shape.padding;
    const Index bottom = top + shape.kernel < shape.height ? top + shape.kernel : shape.height;
    top = top < 0 ? 0 : top;
    for (Index j = 0; j < shape.out_width; ++j) {
      Index left = j * shape.stride - shape.padding;
      const Index right = left + shape.kernel < shape.width ? left + shape.kernel : shape.width;
      left = left < 0 ? 0 : left;
      const Index out = (i * shape.out_width + j) * shape.channels;
      const Index count = (bottom - top) * (right - left);
      for (Index c = 0; c < shape.channels; ++c) {
        const Index lane = begin(out + c, count);
        for (Index y = top; y < bottom; ++y) {
          for (Index x = left; x < right; ++x) visit((y * shape.width + x) * shape.channels + c);
        }
        end(out + c, count);
        c += lane - 1;
      }
    }
  }
}

template <typename T, int N>
void MaxPool(const PoolShape& shape, const T* x, T* y) {
  using V = Vector<T, N>;
  V largest;
  EachWindow(
      shape,
      [&](Index, Index) -> Index {
        largest = V{} - static_cast<T>(__builtin_inf());
        return N;
      },
      [&](Index at) {
        const V value = Load<T, N>(x + at);
        largest = (value > largest) | (value != value) ? value : largest;
      },
      [&](Index out, Index) { Store<T, N>(y + out, largest); });
}

template <typename T, int N>
void MaxPoolBackward(const PoolShape& shape, const T* x, const T* y, const T* dy, T* dx) {
  using V = Vector<T, N>;
  V largest, left;
  EachWindow(
      shape,
      [&](Index out, Index) -> Index {
        largest = Load<T, N>(y + out);
        left = Load<T, N>(dy + out);
        return N;
      },
      [&](Index at) {
        const V value = Load<T, N>(x + at);
        const auto found = (value == largest) | (value != value);
        Store<T, N>(dx + at, Load<T, N>(dx + at) + (found ? left : V{}));
        left = found ? V{} : left;
      },
      [](Index, Index) {});
}

template <typename T, int N>
void AvgPool(const PoolShape& shape, const T* x, T* y) {
  Vector<T, N> sum;
  EachWindow(
      shape,
      [&](Index, Index) -> Index {
        sum = Vector<T, N>{};
        return N;
      },
      [&](Index at) { sum += Load<T, N>(x + at); },
      [&](Index out, Index count) { Store<T, N>(y + out, sum / static_cast<T>(count)); });
}

template <typename T, int N>
void AvgPoolBackward(const PoolShape& shape, const T* dy, T* dx) {
  Vector<T, N> share;
  EachWindow(
      shape,
      [&](Index out, Index count) -> Index {
        share = Load<T, N>(dy + out) / static_cast<T>(count);
        return N;
      },
      [&](Index at) { Store<T, N>(dx + at, Load<T, N>(dx + at) + share); }, [](Index, Index) {});
}

}  // namespace

}  // namespace torch_js::kernels
