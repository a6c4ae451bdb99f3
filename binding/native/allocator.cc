#include "allocator.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <sanitizer/asan_interface.h>
#ifdef __APPLE__
#include <malloc/malloc.h>
#else
#include <malloc.h>
#endif

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

#ifdef TORCH_JS_FENCE
#include "fence.h"
#endif

namespace torch_js {

namespace {

// Process-wide, like LibTorch's memory itself; threads of operators allocate too.
std::atomic<int64_t> live_bytes{0};
std::atomic<int64_t> peak_bytes{0};

void Count(int64_t bytes) {
  const int64_t live = live_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  int64_t peak = peak_bytes.load(std::memory_order_relaxed);
  while (live > peak && !peak_bytes.compare_exchange_weak(peak, live, std::memory_order_relaxed)) {
  }
}

#ifdef TORCH_JS_FENCE

size_t SizeOf(void* block) { return Fence::Size(block); }

void* Take(size_t bytes) { return Fence::Allocate(bytes); }

void Give(void* block, size_t) { Fence::Free(block); }

#else

// LibTorch wants blocks aligned for vectors. Classes of small blocks are multiples of it.
constexpr size_t kAlignment = 64;
constexpr size_t kSmallBlock = 1024;
constexpr size_t kKept = 64;

size_t SizeOf(void* block) {
#ifdef __APPLE__
  return malloc_size(block);
#else
  return malloc_usable_size(block);
#endif
}

// Whether this thread's small blocks were freed already: at the process's end LibTorch's own
// statics give memory back after that.
thread_local bool gone = false;

// Small blocks that were freed, by size class. One for each thread, freed with it; a block may come
// back on another thread than took it. Aligned allocation is what a tiny tensor spends most on.
class SmallBlocks {
 public:
  ~SmallBlocks() {
    gone = true;
    for (auto& kept : classes_) {
      for (void* block : kept) c10::free_cpu(block);
    }
  }

  void* Take(size_t bytes) {
    if (gone) return nullptr;
    auto& kept = classes_[(bytes - 1) / kAlignment];
    if (kept.empty()) return nullptr;
    void* block = kept.back();
    kept.pop_back();
    ASAN_UNPOISON_MEMORY_REGION(block, SizeOf(block));
    return block;
  }

  bool Keep(void* block, size_t size) {
    if (gone || size < kAlignment || size >= kSmallBlock + kAlignment) return false;
    // A block serves the largest class that it holds whole.
    auto& kept = classes_[size / kAlignment - 1];
    if (kept.size() == kKept) return false;
    kept.push_back(block);
    // For AddressSanitizer a block that waits here is freed.
    ASAN_POISON_MEMORY_REGION(block, size);
    return true;
  }

 private:
  std::array<std::vector<void*>, kSmallBlock / kAlignment> classes_;
};

thread_local SmallBlocks small_blocks;

void* Take(size_t bytes) {
  if (bytes > kSmallBlock) return c10::alloc_cpu(bytes);
  if (void* block = small_blocks.Take(bytes)) return block;
  return c10::alloc_cpu((bytes + kAlignment - 1) / kAlignment * kAlignment);
}

void Give(void* block, size_t size) {
  if (!small_blocks.Keep(block, size)) c10::free_cpu(block);
}

#endif

void Free(void* block) {
  if (!block) return;
  const size_t size = SizeOf(block);
  Count(-static_cast<int64_t>(size));
  Give(block, size);
}

class CountingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &Free, c10::kCPU};
    void* block = Take(bytes);
    Count(static_cast<int64_t>(SizeOf(block)));
    return {block, block, &Free, c10::kCPU};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &Free; }

  void copy_data(void* to, const void* from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
};

}  // namespace

void InstallAllocator() {
  static CountingAllocator allocator;
  static std::once_flag once;
  // A priority above LibTorch's own.
  std::call_once(once, [] { c10::SetCPUAllocator(&allocator, /*priority=*/100); });
}

Napi::Value Allocated(Environment&, const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result["bytes"] = static_cast<double>(live_bytes.load());
  result["peak"] = static_cast<double>(peak_bytes.load());
  return result;
}

Napi::Value ResetPeak(Environment&, const Napi::CallbackInfo& info) {
  peak_bytes = live_bytes.load();
  return info.Env().Undefined();
}

}  // namespace torch_js
