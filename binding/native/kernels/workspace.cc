#include "workspace.h"

#include <ATen/EmptyTensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/CPUAllocator.h>
#include <sanitizer/asan_interface.h>

#include <map>
#include <mutex>

namespace torch_js::kernels {

namespace {

// Process-wide: a block may be freed on another thread than took it. Never destroyed, as tensors
// may outlive every static.
class Pool {
 public:
  static Pool& Of() {
    static Pool* pool = new Pool;
    return *pool;
  }

  void* Take(size_t bytes) {
    const std::lock_guard lock(mutex_);
    const size_t most = std::max(most_, used_ + bytes);
    if (auto found = free_.find(bytes); found != free_.end()) {
      void* block = found->second;
      kept_ -= bytes;
      free_.erase(found);
      used_ += bytes;
      ASAN_UNPOISON_MEMORY_REGION(block, bytes);
      return block;
    }
    while (!free_.empty() && used_ + bytes + kept_ > most) {
      const auto largest = std::prev(free_.end());
      kept_ -= largest->first;
      ASAN_UNPOISON_MEMORY_REGION(largest->second, largest->first);
      c10::GetCPUAllocator()->raw_deallocate(largest->second);
      free_.erase(largest);
    }
    void* block = c10::GetCPUAllocator()->raw_allocate(bytes);
    // Had it thrown, nothing would have changed.
    used_ += bytes;
    most_ = most;
    return block;
  }

  void Give(void* block, size_t bytes) {
    const std::lock_guard lock(mutex_);
    used_ -= bytes;
    kept_ += bytes;
    free_.emplace(bytes, block);
    // For AddressSanitizer a block that waits here is freed.
    ASAN_POISON_MEMORY_REGION(block, bytes);
  }

 private:
  std::mutex mutex_;
  std::multimap<size_t, void*> free_;
  size_t used_ = 0, kept_ = 0, most_ = 0;
};

}  // namespace

at::Tensor Pooled(at::IntArrayRef sizes, const at::TensorOptions& options,
                  at::MemoryFormat format) {
  int64_t count = 1;
  for (const int64_t size : sizes) count *= size;
  const size_t bytes = count * options.dtype().itemsize();
  if (bytes == 0) return at::empty(sizes, options.memory_format(format));
  void* block = Pool::Of().Take(bytes);
  std::vector<int64_t> strides(sizes.size());
  if (format == at::MemoryFormat::ChannelsLast) {
    strides = c10::get_channels_last_strides_2d(sizes);
  } else {
    for (int64_t stride = 1, d = sizes.size() - 1; d >= 0; stride *= sizes[d--])
      strides[d] = stride;
  }
  return at::from_blob(
      block, sizes, strides, [bytes](void* freed) { Pool::Of().Give(freed, bytes); }, options);
}

}  // namespace torch_js::kernels
