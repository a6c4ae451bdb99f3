#include "choice.h"

#include <ATen/Version.h>

#include <string>

namespace torch_js::kernels {

#if defined(__x86_64__)
extern const KernelSet kAvx512, kAvx2;
#endif
extern const KernelSet kBaseline;

namespace {

const KernelSet& ThisMachine() {
  static const KernelSet& set = []() -> const KernelSet& {
#if defined(__x86_64__)
    const std::string capability = at::get_cpu_capability();
    if (capability == "AVX512") return kAvx512;
    if (capability == "AVX2") return kAvx2;
#endif
    return kBaseline;
  }();
  return set;
}

template <typename T>
const SampleKernels<T>& Narrowest(const SampleKernels<T>* const (&tables)[2], Index channels) {
  const Index wide = Padded(*tables[0], channels), narrow = Padded(*tables[1], channels);
  return narrow < wide ? *tables[1] : *tables[0];
}

}  // namespace

const char* InstructionSet() { return ThisMachine().name; }

template <>
const SampleKernels<float>& KernelsFor(Index channels) {
  return Narrowest(ThisMachine().float32, channels);
}

template <>
const SampleKernels<double>& KernelsFor(Index channels) {
  return Narrowest(ThisMachine().float64, channels);
}

}  // namespace torch_js::kernels
