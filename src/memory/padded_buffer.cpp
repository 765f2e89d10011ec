// Grows with realloc, which for large blocks remaps pages instead of copying.
#include "memory/padded_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "memory/buffer_pool.hpp"

namespace kplane::memory {

PaddedBuffer::PaddedBuffer(std::string_view content) {
  reserve(content.size());
  append(content.data(), content.size());
}

PaddedBuffer::PaddedBuffer(Block block, std::weak_ptr<BufferPool> home)
    : block_(std::move(block)), home_(std::move(home)) {
  if (block_.bytes) std::memset(block_.bytes.get(), 0, padding);
}

PaddedBuffer::PaddedBuffer(PaddedBuffer&& other) noexcept
    : block_(std::exchange(other.block_, Block())),
      size_(std::exchange(other.size_, 0)),
      home_(std::move(other.home_)) {}

PaddedBuffer& PaddedBuffer::operator=(PaddedBuffer&& other) noexcept {
  PaddedBuffer moved(std::move(other));
  std::swap(block_, moved.block_);
  std::swap(size_, moved.size_);
  std::swap(home_, moved.home_);
  return *this;
}

PaddedBuffer::~PaddedBuffer() {
  if (!block_.bytes) return;
  if (const auto home = home_.lock()) home->give_back(std::move(block_));
}

void PaddedBuffer::reserve(std::size_t size) {
  if (size > block_.capacity || !block_.bytes) resize_to(size);
}

void PaddedBuffer::append(const char* data, std::size_t size) {
  if (size > std::numeric_limits<std::size_t>::max() - size_ - padding) throw std::bad_alloc();
  const std::size_t capacity = block_.capacity;
  if (size_ + size > capacity || !block_.bytes) resize_to(std::max(size_ + size, capacity + capacity / 2));
  if (size != 0) std::memcpy(block_.bytes.get() + size_, data, size);
  size_ += size;
  std::memset(block_.bytes.get() + size_, 0, padding);
}

void PaddedBuffer::shrink_to_fit() {
  constexpr std::size_t tolerated_waste = 16;  // as 1/n of the capacity
  if (block_.capacity - size_ > block_.capacity / tolerated_waste) resize_to(size_);
}

void PaddedBuffer::resize_to(std::size_t capacity) {
  if (capacity > std::numeric_limits<std::size_t>::max() - padding) throw std::bad_alloc();
  auto* moved = static_cast<char*>(std::realloc(block_.bytes.get(), capacity + padding));
  if (moved == nullptr) throw std::bad_alloc();
  static_cast<void>(block_.bytes.release());
  block_.bytes.reset(moved);
  block_.capacity = capacity;
  std::memset(moved + size_, 0, padding);
}

}  // namespace kplane::memory
