// Growth by realloc, which for large blocks moves pages instead of bytes.
#include "memory/padded_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace kplane::memory {

PaddedBuffer::PaddedBuffer(std::string_view content) {
  reserve(content.size());
  append(content.data(), content.size());
}

PaddedBuffer::PaddedBuffer(PaddedBuffer&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

PaddedBuffer& PaddedBuffer::operator=(PaddedBuffer&& other) noexcept {
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

void PaddedBuffer::reserve(std::size_t size) {
  if (size > capacity_ || !bytes_) resize_to(size);
}

void PaddedBuffer::append(const char* data, std::size_t size) {
  if (size > std::numeric_limits<std::size_t>::max() - size_ - padding) throw std::bad_alloc();
  if (size_ + size > capacity_ || !bytes_) resize_to(std::max(size_ + size, capacity_ + capacity_ / 2));
  if (size != 0) std::memcpy(bytes_.get() + size_, data, size);
  size_ += size;
  std::memset(bytes_.get() + size_, 0, padding);
}

void PaddedBuffer::shrink_to_fit() {
  constexpr std::size_t tolerated_waste = 16;  // one part in so many
  if (capacity_ - size_ > capacity_ / tolerated_waste) resize_to(size_);
}

void PaddedBuffer::resize_to(std::size_t capacity) {
  if (capacity > std::numeric_limits<std::size_t>::max() - padding) throw std::bad_alloc();
  auto* moved = static_cast<char*>(std::realloc(bytes_.get(), capacity + padding));
  if (moved == nullptr) throw std::bad_alloc();
  static_cast<void>(bytes_.release());
  bytes_.reset(moved);
  capacity_ = capacity;
  std::memset(moved + size_, 0, padding);
}

}  // namespace kplane::memory
