// The kernels for AVX2 with FMA.
#include "table.h"

namespace torch_js::kernels {

extern const KernelSet kAvx2;
const KernelSet kAvx2 = {
    "avx2", {&kTable<float, 8>, &kTable<float, 4>}, {&kTable<double, 4>, &kTable<double, 2>}};

}  // namespace torch_js::kernels
