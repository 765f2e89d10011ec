// Reuses the memory of released responses.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "memory/padded_buffer.hpp"

namespace kplane::memory {

/// The planes of a Fleet keep answering with bodies of about the same size. Allocating fresh memory for each costs more
/// than filling it: the kernel maps and zeroes it page by page.
///
/// Thread-safe. Buffers may outlive the pool; they are then freed.
class BufferPool : public std::enable_shared_from_this<BufferPool> {
 public:
  using Clock = std::chrono::steady_clock;

  /// Smaller buffers are not worth keeping; malloc handles them well.
  static constexpr std::size_t smallest_kept = std::size_t{64} << 10;
  /// The total size of buffers kept.
  static constexpr std::size_t most_kept = std::size_t{32} << 20;
  /// Buffers unused for this long are freed when the pool is next used.
  static constexpr std::chrono::seconds idle_limit{30};

  /// A buffer with capacity for `size` bytes, and at most 1/32 more. Its destructor returns it to the pool.
  /// @throws std::bad_alloc
  [[nodiscard]] PaddedBuffer take(std::size_t size);
  /// For a body of unknown size: the buffer returned last, or an empty one. It is returned to the pool too.
  [[nodiscard]] PaddedBuffer take_any();

  /// The bytes currently kept.
  [[nodiscard]] std::size_t kept() const;

 private:
  friend class PaddedBuffer;

  struct Idle {
    Block block;
    Clock::time_point since;
  };
  using Blocks = std::vector<Idle>;

  /// Returns a buffer's memory; the most recent is at the back.
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
