// malloc's family and the functions that copy memory, in front of glibc's. To be compiled with -fno-builtin, or the
// compiler may see in one of them a call of itself; and without <cstring>, which defines some of them in optimised
// builds of some systems.
#include "support/costs.hpp"

#include <cstdlib>

#if defined(__GLIBC__)

#include <dlfcn.h>
#include <malloc.h>

#include <atomic>
#include <cerrno>

#define KPLANE_IN_FRONT extern "C" __attribute__((visibility("default")))

extern "C" {
void* __libc_malloc(std::size_t size) noexcept;
void* __libc_calloc(std::size_t count, std::size_t size) noexcept;
void* __libc_realloc(void* block, std::size_t size) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t size) noexcept;
void __libc_free(void* block) noexcept;
}

namespace kplane::tests {

namespace {

// Constant to begin with and in the program's own block, so that reading it never allocates.
__attribute__((tls_model("initial-exec"))) thread_local Costs counted;

std::size_t usable_size(void* block) noexcept { return block == nullptr ? 0 : ::malloc_usable_size(block); }

void* count_new(void* block) noexcept {
  ++counted.allocations;
  counted.live_bytes += static_cast<std::int64_t>(usable_size(block));
  return block;
}

void count_copy(std::size_t size) noexcept {
  if (size >= smallest_copy) counted.copied_bytes += static_cast<std::int64_t>(size);
}

/// Whether a block has pages of its own, which realloc moves without a copy: a bit in the word before it says so.
bool has_own_pages(const void* block) noexcept {
  constexpr std::size_t is_mapped = 2;
  return (static_cast<const std::size_t*>(block)[-1] & is_mapped) != 0;
}

/// What realloc() has to copy if it moves the block.
std::size_t copied_when_moved(void* block, std::size_t size) noexcept {
  if (block == nullptr || has_own_pages(block)) return 0;
  const std::size_t held = usable_size(block);
  return held < size ? held : size;
}

/// A function of the C library that a function of this program stands in front of, looked up when it is first called.
template <class Function>
class Behind {
 public:
  explicit constexpr Behind(const char* name) noexcept : name_(name) {}

  Function* get() noexcept {
    Function* found = found_.load(std::memory_order_relaxed);
    if (found != nullptr) return found;
    found = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name_));
    found_.store(found, std::memory_order_relaxed);
    return found;
  }

 private:
  const char* name_;
  std::atomic<Function*> found_{nullptr};
};

using Copy = void*(void* to, const void* from, std::size_t size);
using CheckedCopy = void*(void* to, const void* from, std::size_t size, std::size_t room);

Behind<Copy> libc_memcpy("memcpy");
Behind<Copy> libc_memmove("memmove");
Behind<CheckedCopy> libc_memcpy_chk("__memcpy_chk");
Behind<CheckedCopy> libc_memmove_chk("__memmove_chk");

}  // namespace

bool can_count_costs() noexcept { return true; }

Costs costs_so_far() noexcept { return counted; }

}  // namespace kplane::tests

using namespace kplane::tests;  // NOLINT(google-build-using-namespace): what follows cannot stand in a namespace

KPLANE_IN_FRONT void* malloc(std::size_t size) noexcept { return count_new(__libc_malloc(size)); }

KPLANE_IN_FRONT void* calloc(std::size_t count, std::size_t size) noexcept {
  return count_new(__libc_calloc(count, size));
}

KPLANE_IN_FRONT void* realloc(void* block, std::size_t size) noexcept {
  const std::size_t held = usable_size(block);
  const std::size_t copied = copied_when_moved(block, size);
  void* moved = __libc_realloc(block, size);
  if (moved == nullptr && size != 0) {  // and the block is still what it was
    ++counted.allocations;
    return nullptr;
  }
  counted.live_bytes -= static_cast<std::int64_t>(held);
  if (moved != block) count_copy(copied);
  return count_new(moved);
}

KPLANE_IN_FRONT void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return count_new(__libc_memalign(alignment, size));
}

KPLANE_IN_FRONT void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return count_new(__libc_memalign(alignment, size));
}

KPLANE_IN_FRONT int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  void* found = count_new(__libc_memalign(alignment, size));
  if (found == nullptr) return ENOMEM;
  *block = found;
  return 0;
}

KPLANE_IN_FRONT void free(void* block) noexcept {
  counted.live_bytes -= static_cast<std::int64_t>(usable_size(block));
  __libc_free(block);
}

KPLANE_IN_FRONT void* memcpy(void* __restrict to, const void* __restrict from, std::size_t size) noexcept {
  count_copy(size);
  return libc_memcpy.get()(to, from, size);
}

KPLANE_IN_FRONT void* memmove(void* to, const void* from, std::size_t size) noexcept {
  count_copy(size);
  return libc_memmove.get()(to, from, size);
}

KPLANE_IN_FRONT void* __memcpy_chk(void* __restrict to, const void* __restrict from, std::size_t size,
                                   std::size_t room) noexcept {
  count_copy(size);
  return libc_memcpy_chk.get()(to, from, size, room);
}

KPLANE_IN_FRONT void* __memmove_chk(void* to, const void* from, std::size_t size, std::size_t room) noexcept {
  count_copy(size);
  return libc_memmove_chk.get()(to, from, size, room);
}

#else

namespace kplane::tests {

bool can_count_costs() noexcept { return false; }

Costs costs_so_far() noexcept { return {}; }

}  // namespace kplane::tests

#endif
