// Vectors of N values of T that live in registers, by the vector extension of GCC and Clang.
//
// Everything that the units of single instruction sets include (this file, sample.h, and the files
// with kernels) lies in an unnamed namespace or is plain data, and includes no header with
// functions in it: of an inline function that several units hold the linker keeps one, which a
// machine without that unit's instructions could then run.
#pragma once

#include "sample.h"

#if defined(__clang__)
#define TORCH_JS_UNROLL _Pragma("unroll")
#else
#define TORCH_JS_UNROLL _Pragma("GCC unroll 32")
#endif

namespace torch_js::kernels {

namespace {

#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kRegisters = 32;
#else
constexpr int kRegisters = 16;
#endif

template <typename T, int N>
struct VectorOf {
  typedef T Type __attribute__((vector_size(N * sizeof(T))));
};

template <typename T, int N>
using Vector = typename VectorOf<T, N>::Type;

// Alignment is lost on template arguments, so that plain loads would be of aligned vectors.
template <typename T, int N>
inline Vector<T, N> Load(const T* from) {
  Vector<T, N> vector;
  __builtin_memcpy(&vector, from, sizeof vector);
  return vector;
}

template <typename T, int N>
inline void Store(T* to, const Vector<T, N>& vector) {
  __builtin_memcpy(to, &vector, sizeof vector);
}

}  // namespace

}  // namespace torch_js::kernels
