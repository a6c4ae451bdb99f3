#include "regions.h"

#include <atomic>

namespace torch_js::kernels {

namespace {

std::atomic<int64_t> nanoseconds[static_cast<int>(Region::kCount)];

}  // namespace

double SecondsIn(Region region) {
  return static_cast<double>(nanoseconds[static_cast<int>(region)].load()) * 1e-9;
}

RegionTimer::~RegionTimer() {
  const auto taken = std::chrono::nanoseconds(Clock::now() - begin_);
  nanoseconds[static_cast<int>(region_)] += taken.count();
}

}  // namespace torch_js::kernels
