// Where the time of the kernels goes: seconds by region, for benchmarks.
#pragma once

#include <chrono>
#include <cstdint>

namespace torch_js::kernels {

// The parallel parts of the operators.
enum class Region {
  kFirstStages,
  kSecondStages,
  kNodes,
  kLastSums,
  kSecondStagesBackward,
  kFirstStagesBackward,
  kConvBn,
  kConvBnBackward,
  kCount
};

constexpr const char* kRegionNames[] = {
    "first stages",           "second stages",         "nodes",   "sums of last stages",
    "second stages backward", "first stages backward", "conv_bn", "conv_bn backward"};

// Seconds that the process has spent in a region, on whatever thread called.
double SecondsIn(Region region);

// Adds the time until its end to a region's.
class RegionTimer {
 public:
  explicit RegionTimer(Region region) : region_(region) {}
  RegionTimer(const RegionTimer&) = delete;
  ~RegionTimer();

 private:
  using Clock = std::chrono::steady_clock;

  Region region_;
  Clock::time_point begin_ = Clock::now();
};

}  // namespace torch_js::kernels
