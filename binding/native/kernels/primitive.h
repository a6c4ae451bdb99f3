// The primitives that the fused kernels know, by name.
#pragma once

#include <c10/util/Exception.h>

#include <string>

namespace torch_js::kernels {

struct Primitive {
  enum Kind { kNone, kSkip, kMaxPool, kAvgPool, kSeparable, kDilated } kind;
  int64_t kernel;

  static Primitive Of(const std::string& name) {
    if (name == "none") return {kNone, 0};
    if (name == "skip_connect") return {kSkip, 1};
    if (name == "max_pool_3x3") return {kMaxPool, 3};
    if (name == "avg_pool_3x3") return {kAvgPool, 3};
    for (const int64_t kernel : {3, 5, 7}) {
      const std::string size = std::to_string(kernel) + "x" + std::to_string(kernel);
      if (name == "sep_conv_" + size) return {kSeparable, kernel};
      if (name == "dil_conv_" + size) return {kDilated, kernel};
    }
    TORCH_CHECK_VALUE(false, "fan_out: primitives holds ", name, ", which has no kernel");
  }

  bool is_pool() const { return kind == kMaxPool || kind == kAvgPool; }
  int64_t dilation() const { return kind == kDilated ? 2 : 1; }
  int64_t padding() const { return (kernel - 1) * dilation() / 2; }
};

}  // namespace torch_js::kernels
