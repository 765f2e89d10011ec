// BufferPool: the memory of responses that nobody holds any longer, for the next ones.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "memory/padded_buffer.hpp"

namespace kplane::memory {

/// The planes of one fleet answer with bodies of about the same size, over and over. Fresh memory for each of these
/// costs more than to fill it: the kernel hands it out, and zeroes it, page by page.
///
/// Thread-safe. Buffers may outlive the pool; they are freed then.
class BufferPool : public std::enable_shared_from_this<BufferPool> {
 public:
  using Clock = std::chrono::steady_clock;

  /// Smaller ones are not worth keeping; they are malloc's business.
  static constexpr std::size_t smallest_kept = std::size_t{64} << 10;
  /// What is kept at most, all buffers together.
  static constexpr std::size_t most_kept = std::size_t{32} << 20;
  /// What nobody wanted for so long is freed when the pool is used next.
  static constexpr std::chrono::seconds idle_limit{30};

  /// A buffer with room for `size` bytes, and at most 1/32 more. It comes back when it is destroyed.
  /// @throws std::bad_alloc
  [[nodiscard]] PaddedBuffer take(std::size_t size);
  /// For a body of unknown size: the buffer that came back last, or an empty one. It comes back, too.
  [[nodiscard]] PaddedBuffer take_any();

  /// Bytes that are kept now.
  [[nodiscard]] std::size_t kept() const;

 private:
  friend class PaddedBuffer;

  struct Idle {
    Block block;
    Clock::time_point since;
  };
  using Blocks = std::vector<Idle>;

  /// The buffer's end. The latest stand at the back.
  void give_back(Block block) noexcept;
  [[nodiscard]] std::unique_lock<std::mutex> lock_if_it_can_be() const;
  void drop_expired(Blocks& dropped);
  void drop_first(Blocks& dropped, std::size_t count);

  mutable std::mutex mutex_;
  Blocks idle_;
  std::size_t kept_ = 0;
  const pid_t owner_ = ::getpid();
};

}  // namespace kplane::memory
