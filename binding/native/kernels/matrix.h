// Multiplication of small matrices whose right side fits into a near cache, in tiles of registers.
#pragma once

#include "vector.h"

namespace torch_js::kernels {

namespace {

// The left side: element (i, k) lies at values[i * row + k * step].
template <typename T>
struct Left {
  const T* values;
  Index row, step;
};

template <typename T, int N, int R, int C>
inline void MultiplyTile(Left<T> a, const T* b, Index ldb, T* c, Index ldc, Index depth, bool add) {
  Vector<T, N> sum[R][C];
  TORCH_JS_UNROLL
  for (int r = 0; r < R; ++r) {
    TORCH_JS_UNROLL
    for (int j = 0; j < C; ++j) {
      sum[r][j] = add ? Load<T, N>(c + r * ldc + j * N) : Vector<T, N>{};
    }
  }
  for (Index k = 0; k < depth; ++k) {
    Vector<T, N> right[C];
    TORCH_JS_UNROLL
    for (int j = 0; j < C; ++j) right[j] = Load<T, N>(b + k * ldb + j * N);
    TORCH_JS_UNROLL
    for (int r = 0; r < R; ++r) {
      const T left = a.values[r * a.row + k * a.step];
      TORCH_JS_UNROLL
      for (int j = 0; j < C; ++j) sum[r][j] += right[j] * left;
    }
  }
  TORCH_JS_UNROLL
  for (int r = 0; r < R; ++r) {
    TORCH_JS_UNROLL
    for (int j = 0; j < C; ++j) Store<T, N>(c + r * ldc + j * N, sum[r][j]);
  }
}

template <typename T, int N, int R, int C>
inline void MultiplyRows(Left<T> a, const T* b, Index ldb, T* c, Index ldc, Index rows, Index depth,
                         bool add) {
  Index i = 0;
  for (; i + R <= rows; i += R) {
    MultiplyTile<T, N, R, C>({a.values + i * a.row, a.row, a.step}, b, ldb, c + i * ldc, ldc, depth,
                             add);
  }
  for (; i < rows; ++i) {
    MultiplyTile<T, N, 1, C>({a.values + i * a.row, a.row, a.step}, b, ldb, c + i * ldc, ldc, depth,
                             add);
  }
}

// c (+)= a b; a [rows, depth], b [depth, columns], c [rows, columns]; columns are whole vectors.
template <typename T, int N>
void Multiply(Left<T> a, const T* b, Index ldb, T* c, Index ldc, Index rows, Index depth,
              Index columns, bool add) {
  constexpr int kWide = kRegisters == 32 ? 4 : 2;
  Index j = 0;
  for (; j + kWide * N <= columns; j += kWide * N) {
    MultiplyRows<T, N, 4, kWide>(a, b + j, ldb, c + j, ldc, rows, depth, add);
  }
  const Index left = (columns - j) / N;
  if (left == 3) MultiplyRows<T, N, 8, 3>(a, b + j, ldb, c + j, ldc, rows, depth, add);
  if (left == 2) MultiplyRows<T, N, 8, 2>(a, b + j, ldb, c + j, ldc, rows, depth, add);
  if (left == 1) MultiplyRows<T, N, 8, 1>(a, b + j, ldb, c + j, ldc, rows, depth, add);
}

}  // namespace

}  // namespace torch_js::kernels
