// Last in, first out: the buffer returned last is still in the CPU cache.
#include "memory/buffer_pool.hpp"

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

namespace kplane::memory {

namespace {

/// Rounded up, by less than 1/32, so that bodies of about the same size get buffers of the same size.
std::size_t size_class(std::size_t size) noexcept {
  std::size_t step = 1;
  while (size / step >= 64) step *= 2;
  return (size + step - 1) / step * step;
}

}  // namespace

PaddedBuffer BufferPool::take(std::size_t size) {
  PaddedBuffer buffer;
  if (size < smallest_kept) {
    buffer.reserve(size);
    return buffer;
  }
  const std::size_t wanted = size_class(size);
  Blocks dropped;  // freed after the lock is released
  if (const std::unique_lock lock = lock_if_it_can_be(); lock) {
    drop_expired(dropped);
    const auto same = [wanted](const Idle& idle) { return idle.block.capacity == wanted; };
    const auto found = std::find_if(idle_.rbegin(), idle_.rend(), same);
    if (found != idle_.rend()) {
      buffer = PaddedBuffer(std::move(found->block), weak_from_this());
      kept_ -= wanted;
      idle_.erase(std::next(found).base());
      return buffer;
    }
  }
  buffer = PaddedBuffer(Block(), weak_from_this());
  buffer.reserve(wanted);
  return buffer;
}

PaddedBuffer BufferPool::take_any() {
  Blocks dropped;
  const std::unique_lock lock = lock_if_it_can_be();
  if (lock) drop_expired(dropped);
  if (!lock || idle_.empty()) return {Block(), weak_from_this()};
  PaddedBuffer buffer(std::move(idle_.back().block), weak_from_this());
  kept_ -= buffer.capacity();
  idle_.pop_back();
  return buffer;
}

std::size_t BufferPool::kept() const {
  const std::lock_guard lock(mutex_);
  return kept_;
}

void BufferPool::give_back(Block block) noexcept {
  if (block.capacity < smallest_kept || block.capacity > most_kept) return;
  const std::size_t size = block.capacity;
  Blocks dropped;
  try {
    const std::unique_lock lock = lock_if_it_can_be();
    if (!lock) return;
    drop_expired(dropped);
    std::size_t surplus = 0;
    std::size_t left = kept_;
    while (left + size > most_kept) left -= idle_[surplus++].block.capacity;
    drop_first(dropped, surplus);
    idle_.push_back({std::move(block), Clock::now()});
    kept_ += size;
  } catch (const std::bad_alloc&) {  // then it is freed
  }
}

// In a forked child the lock may be held for ever by a thread that does not exist there, so the child never waits for
// it, and bypasses the pool while it is held.
std::unique_lock<std::mutex> BufferPool::lock_if_it_can_be() const {
  if (::getpid() == owner_) return std::unique_lock(mutex_);
  return {mutex_, std::try_to_lock};
}

void BufferPool::drop_expired(Blocks& dropped) {
  const Clock::time_point oldest = Clock::now() - idle_limit;
  const auto fresh = std::find_if(idle_.begin(), idle_.end(), [&](const Idle& idle) { return idle.since >= oldest; });
  drop_first(dropped, static_cast<std::size_t>(fresh - idle_.begin()));
}

void BufferPool::drop_first(Blocks& dropped, std::size_t count) {
  const auto end = idle_.begin() + static_cast<std::ptrdiff_t>(count);
  dropped.insert(dropped.end(), std::make_move_iterator(idle_.begin()), std::make_move_iterator(end));
  for (auto idle = dropped.end() - static_cast<std::ptrdiff_t>(count); idle != dropped.end(); ++idle)
    kept_ -= idle->block.capacity;
  idle_.erase(idle_.begin(), end);
}

}  // namespace kplane::memory
