// What one part of a batch needs to run FanOut on its samples.
#pragma once

#include "fan_out.h"
#include "part_sums.h"

namespace torch_js::kernels {

template <typename T>
struct FanOut<T>::Scratch {
  Buffer<T> state, frame, inner, z, mixed, rest, pooled_rest, node;
  // Backward alone.
  Buffer<T> g, dy, dz, dz_strip, dinner, dstate, drelu, dpools[2], dpooled_rest, drest;

  Scratch(const FanOut& fan_out, bool backward) {
    const Index size = fan_out.height_ * fan_out.width_, pixels = fan_out.pixels_;
    const Index strip = std::max(kStrip, fan_out.out_width_) * 2 * fan_out.padded_;
    const auto buffer = [](Index count) { return Buffer<T>(count); };
    state = buffer(size * fan_out.padded_);
    frame = Buffer<T>::Zeros(fan_out.frame_.size());
    inner = Buffer<T>::Zeros(fan_out.inner_.size());
    z = buffer(strip);
    mixed = buffer(pixels * fan_out.padded_);
    rest = buffer(size * fan_out.padded_rest_);
    pooled_rest = buffer(pixels * fan_out.padded_rest_);
    if (!backward) {
      if (fan_out.IsShuffled(0)) node = buffer(pixels * fan_out.channels_);
      return;
    }
    g = buffer(pixels * fan_out.padded_);
    dy = buffer(pixels * fan_out.padded_);
    dz = Buffer<T>::Zeros(fan_out.inner_.size());
    dz_strip = buffer(strip);
    dinner = buffer(pixels * fan_out.padded_);
    dstate = buffer(size * fan_out.padded_);
    drelu = buffer(size * fan_out.padded_);
    for (Buffer<T>& dpool : dpools) dpool = buffer(pixels * fan_out.padded_);
    dpooled_rest = buffer(pixels * fan_out.padded_rest_);
    drest = buffer(size * fan_out.padded_rest_);
  }
};

}  // namespace torch_js::kernels
