// The kernels for what every machine of an architecture has: SSE2 on x86-64, NEON on aarch64.
#include "table.h"

namespace torch_js::kernels {

extern const KernelSet kBaseline;
const KernelSet kBaseline = {
    "baseline", {&kTable<float, 4>, &kTable<float, 4>}, {&kTable<double, 2>, &kTable<double, 2>}};

}  // namespace torch_js::kernels
