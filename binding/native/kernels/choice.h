// Chooses the kernels for this machine and the threads that run them.
#pragma once

#include <ATen/Parallel.h>

#include "regions.h"
#include "sample.h"

namespace torch_js::kernels {

// The best table that the machine's instruction set (ATEN_CPU_CAPABILITY, where that is set) has
// for samples of so many channels.
template <typename T>
const SampleKernels<T>& KernelsFor(Index channels);

// "avx512", "avx2" or "baseline": whose tables these are.
const char* InstructionSet();

// The channels of own buffers: whole vectors.
template <typename T>
Index Padded(const SampleKernels<T>& kernels, Index channels) {
  return (channels + kernels.lanes - 1) / kernels.lanes * kernels.lanes;
}

// `pixels` pixels `step` apart, their channels padded: where they lie, if they lie so, else a copy
// in `room`.
template <typename T>
const T* PaddedPixels(const SampleKernels<T>& kernels, const T* from, Index step, Index channels,
                      Index pixels, Index padded, T* room) {
  if (step == padded && channels == padded) return from;
  kernels.pack(from, step, channels, pixels, room, padded);
  return room;
}

// How many parts a batch is split in. Sums are taken part by part, so that a result depends on the
// number of threads alone, never on their timing.
inline Index Parts(Index batch) { return std::min<Index>(batch, at::get_num_threads()); }

// Calls body(part, sample) for all samples, those of a part in their order.
template <typename Body>
void EachSample(Region region, Index batch, const Body& body) {
  const RegionTimer timer(region);
  const Index parts = Parts(batch);
  at::parallel_for(0, parts, 1, [&](Index begin, Index end) {
    for (Index part = begin; part < end; ++part) {
      for (Index n = batch * part / parts; n < batch * (part + 1) / parts; ++n) body(part, n);
    }
  });
}

}  // namespace torch_js::kernels
