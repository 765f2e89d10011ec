// The bytes of one response, followed by the padding that a SIMD parser may read past the end.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace kplane::memory {

class BufferPool;

/// Memory from malloc.
struct Block {
  struct Free {
    void operator()(char* memory) const noexcept { std::free(memory); }
  };

  std::unique_ptr<char[], Free> bytes;
  std::size_t capacity = 0;  ///< without the padding
};

/// A growable, move-only byte buffer. Appending keeps `padding` readable bytes after the last one.
class PaddedBuffer {
 public:
  static constexpr std::size_t padding = 64;

  PaddedBuffer() = default;
  explicit PaddedBuffer(std::string_view content);
  /// Uses memory that the destructor returns to `home`, if that still exists.
  PaddedBuffer(Block block, std::weak_ptr<BufferPool> home);
  PaddedBuffer(PaddedBuffer&& other) noexcept;
  PaddedBuffer& operator=(PaddedBuffer&& other) noexcept;
  PaddedBuffer(const PaddedBuffer&) = delete;
  PaddedBuffer& operator=(const PaddedBuffer&) = delete;
  ~PaddedBuffer();

  /// Reserves capacity for `size` bytes in all, so that appending up to there neither moves nor allocates.
  void reserve(std::size_t size);
  void append(const char* data, std::size_t size);
  /// Frees excess capacity.
  void shrink_to_fit();
  void clear() noexcept { size_ = 0; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return block_.capacity; }
  [[nodiscard]] char* data() noexcept { return block_.bytes.get(); }  // NOLINT(readability-make-member-function-const)
  [[nodiscard]] std::string_view view() const noexcept { return {block_.bytes.get(), size_}; }

 private:
  void resize_to(std::size_t capacity);

  Block block_;
  std::size_t size_ = 0;
  std::weak_ptr<BufferPool> home_;
};

}  // namespace kplane::memory
