#include "process/failing_allocations.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

constexpr std::int64_t none = INT64_MAX;

thread_local std::int64_t own_left = none;
thread_local bool spares_this_thread = false;
std::atomic<std::int64_t> elsewhere_left{none};
std::atomic<bool> has_failed{false};

std::atomic<std::size_t> min_size_elsewhere{0};

bool is_last_elsewhere(std::size_t size) noexcept {
  if (spares_this_thread || elsewhere_left.load(std::memory_order_relaxed) == none) return false;
  if (size < min_size_elsewhere.load(std::memory_order_relaxed)) return false;
  return elsewhere_left.fetch_sub(1, std::memory_order_relaxed) == 1;
}

// simdjson's development builds, as those without NDEBUG are, have 1,024 pointers of this kind, and do not look whether
// they got the memory for them.
constexpr std::size_t spared_size = 1024 * sizeof(void*);

bool must_fail(std::size_t size) noexcept {
  if (size == spared_size) return false;
  const bool is_last = (own_left != none && --own_left == 0) || is_last_elsewhere(size);
  if (is_last) has_failed = true;
  return is_last;
}

void* allocate(std::size_t size, std::size_t alignment) {
  if (must_fail(size)) return nullptr;
  if (alignment == 0) return std::malloc(size);
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment = 0) {
  void* block = allocate(size == 0 ? 1 : size, alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

namespace kplane::tests {

void fail_own_allocation(std::size_t nth) noexcept {
  has_failed = false;
  own_left = static_cast<std::int64_t>(nth);
}

void fail_allocation_elsewhere(std::size_t nth, std::size_t min_size) noexcept {
  has_failed = false;
  spares_this_thread = true;
  min_size_elsewhere = min_size;
  elsewhere_left = static_cast<std::int64_t>(nth);
}

void fail_no_allocation() noexcept {
  own_left = none;
  elsewhere_left = none;
}

bool has_failed_allocation() noexcept { return has_failed; }

}  // namespace kplane::tests

void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, std::align_val_t to) {
  return allocate_or_throw(size, static_cast<std::size_t>(to));
}
void* operator new[](std::size_t size, std::align_val_t to) {
  return allocate_or_throw(size, static_cast<std::size_t>(to));
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocate(size == 0 ? 1 : size, 0);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocate(size == 0 ? 1 : size, 0);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t /*size*/) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t /*size*/) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t /*to*/) noexcept { std::free(block); }
void operator delete[](void* block, std::align_val_t /*to*/) noexcept { std::free(block); }
void operator delete(void* block, std::size_t /*size*/, std::align_val_t /*to*/) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t /*size*/, std::align_val_t /*to*/) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t& /*tag*/) noexcept { std::free(block); }
void operator delete[](void* block, const std::nothrow_t& /*tag*/) noexcept { std::free(block); }
