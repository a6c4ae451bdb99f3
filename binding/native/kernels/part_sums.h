// Sums over a batch that each part of it takes on its own.
#pragma once

#include "sample.h"
#include "workspace.h"

namespace torch_js::kernels {

// Adding them up part by part makes a result depend on the number of parts alone.
template <typename S>
class PartSums {
 public:
  PartSums() = default;
  PartSums(Index parts, Index size)
      : parts_(parts), size_(size), sums_(Buffer<S>::Zeros(parts * size)) {}

  S* of(Index part) const { return sums_.data() + part * size_; }
  void Clear() { sums_.Clear(); }

  // Adds all parts, in their order, to the first.
  void Add() {
    for (Index part = 1; part < parts_; ++part) {
      const S* from = of(part);
      for (Index i = 0; i < size_; ++i) sums_[i] += from[i];
    }
  }

 private:
  Index parts_ = 0, size_ = 0;
  Buffer<S> sums_;
};

}  // namespace torch_js::kernels
