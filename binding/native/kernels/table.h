// The table of one instruction set; the unit that includes this is compiled for it.
#pragma once

#include "pools.h"
#include "rows.h"
#include "stage.h"

namespace torch_js::kernels {

namespace {

template <typename T, int N>
constexpr SampleKernels<T> kTable = {
    .lanes = N,
    .pack = Pack<T, N>,
    .unpack = Unpack<T, N>,
    .transpose = Transpose<T>,
    .rectify = Rectify<T, N>,
    .mask = Mask<T, N>,
    .forward = Forward<T, N>,
    .backward = Backward<T, N>,
    .moments = Moments<T, N>,
    .combine = Combine<T, N>,
    .sums = Sums<T, N>,
    .dots = Dots<T, N>,
    .affine = Affine<T, N>,
    .add_scaled = AddScaled<T, N>,
    .add = Add<T, N>,
    .max_pool = MaxPool<T, N>,
    .max_pool_backward = MaxPoolBackward<T, N>,
    .avg_pool = AvgPool<T, N>,
    .avg_pool_backward = AvgPoolBackward<T, N>,
};

}  // namespace

}  // namespace torch_js::kernels
