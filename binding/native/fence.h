// For the build "fence" alone (CMakeLists.txt): memory that ends where a page begins that nobody
// may touch, so that whoever reads or writes beyond a tensor, LibTorch's own kernels too, stops at
// once.
#pragma once

#include <c10/util/Exception.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace torch_js {

// From low addresses to high: a page with the number of bytes, a forbidden one, the block at the
// end of its own, a forbidden one.
class Fence {
 public:
  static void* Allocate(size_t bytes) {
    const size_t page = PageSize();
    TORCH_CHECK(bytes < size_t{1} << 46, "not enough memory for ", bytes, " bytes");
    const size_t body = (bytes + page - 1) / page * page;
    void* mapped =
        mmap(nullptr, body + 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TORCH_CHECK(mapped != MAP_FAILED, "not enough memory for ", bytes, " bytes");
    char* base = static_cast<char*>(mapped);
    std::memcpy(base, &bytes, sizeof bytes);
    mprotect(base + page, page, PROT_NONE);
    mprotect(base + 2 * page + body, page, PROT_NONE);
    return base + 2 * page + body - bytes;
  }

  static void Free(void* block) {
    const size_t page = PageSize();
    munmap(Base(block), (Size(block) + page - 1) / page * page + 3 * page);
  }

  static size_t Size(void* block) {
    size_t bytes;
    std::memcpy(&bytes, Base(block), sizeof bytes);
    return bytes;
  }

 private:
  static size_t PageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

  static char* Base(void* block) {
    const auto address = reinterpret_cast<uintptr_t>(block);
    return reinterpret_cast<char*>((address / PageSize() - 2) * PageSize());
  }
};

}  // namespace torch_js
