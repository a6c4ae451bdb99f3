// The kernels for AVX-512; vectors of half the width where few channels would leave lanes empty.
#include "table.h"

namespace torch_js::kernels {

extern const KernelSet kAvx512;
const KernelSet kAvx512 = {
    "avx512", {&kTable<float, 16>, &kTable<float, 8>}, {&kTable<double, 8>, &kTable<double, 4>}};

}  // namespace torch_js::kernels
