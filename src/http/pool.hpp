// A bounded pool of expensive objects, each used by one caller at a time.
#pragma once

#include <unistd.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <iterator>
#include <mutex>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/time.hpp"

namespace kplane::http {

/// Leases the most recently used one, so that the others go idle; those idle for too long are dropped at the next
/// acquire(), because the server may have closed their connections.
///
/// Thread-safe. A Lease must not outlive its Pool.
template <class T>
class Pool {
 public:
  /// Exclusive use of a T; the destructor returns it to the pool.
  class Lease {
   public:
    Lease(Pool& pool, T item) : pool_(&pool), item_(std::move(item)) {}
    Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), item_(std::move(other.item_)) {}
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->give_back(keep_ ? std::optional<T>(std::move(item_)) : std::nullopt);
    }

    [[nodiscard]] T& operator*() noexcept { return item_; }
    [[nodiscard]] T* operator->() noexcept { return &item_; }
    /// Drops the T at the end of the lease instead of returning it; keep() undoes that.
    void discard() noexcept { keep_ = false; }
    void keep() noexcept { keep_ = true; }

   private:
    Pool* pool_;
    T item_;
    bool keep_ = true;
  };

  Pool(std::size_t limit, detail::Milliseconds idle_limit, std::function<T()> make,
       detail::Clock clock = detail::Clock::system())
      : limit_(limit), idle_limit_(idle_limit), make_(std::move(make)), clock_(std::move(clock)) {
    idle_.reserve(limit < most_reserved ? limit : most_reserved);
  }

  /// Waits for a free slot until `deadline` or a stop. @return nullopt when there was none. @throws whatever creating a
  /// T throws.
  [[nodiscard]] std::optional<Lease> acquire(detail::TimePoint deadline, const detail::StopTokens& stops = {}) {
    std::vector<Idle> expired;  // destroyed after the lock is released: closing a connection may be slow
    Waker waker(*this);
    const detail::StopListening listening(stops, waker);
    std::unique_lock lock(mutex_);
    leave_to_parent_process();
    if (!wait_for_slot(lock, deadline, stops)) return std::nullopt;
    drop_expired(expired);
    ++in_use_;
    if (idle_.empty()) {
      lock.unlock();
      return make_lease();
    }
    T item = std::move(idle_.back().item);
    idle_.pop_back();
    lock.unlock();
    return std::optional<Lease>(std::in_place, *this, std::move(item));
  }

 private:
  static constexpr std::size_t most_reserved = 256;

  struct Idle {
    T item;
    detail::TimePoint since;
  };

  class Waker final : public detail::StopListener {
   public:
    explicit Waker(Pool& pool) : pool_(pool) {}
    void on_stop() noexcept override {
      const std::lock_guard lock(pool_.mutex_);
      pool_.free_.notify_all();
    }

   private:
    Pool& pool_;
  };

  // After a fork the parent's connections are open in the child too. They are neither used nor closed: closing a TLS
  // connection sends a shutdown alert, and the parent is still using it.
  void leave_to_parent_process() {
    const pid_t current = ::getpid();
    if (current == owner_) return;
    owner_ = current;
    in_use_ = 0;
    if (!idle_.empty()) static_cast<void>(new std::vector<Idle>(std::exchange(idle_, {})));
  }  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): that is the purpose

  bool wait_for_slot(std::unique_lock<std::mutex>& lock, detail::TimePoint deadline, const detail::StopTokens& stops) {
    const auto is_over = [&] { return in_use_ < limit_ || stops.stop_requested(); };
    if (deadline == detail::TimePoint::max()) {
      free_.wait(lock, is_over);
    } else {
      free_.wait_until(lock, deadline, is_over);
    }
    return in_use_ < limit_;
  }

  // The oldest are at the front.
  void drop_expired(std::vector<Idle>& expired) {
    const detail::TimePoint now = clock_.now();
    auto fresh = idle_.begin();
    while (fresh != idle_.end() && now - fresh->since > idle_limit_) ++fresh;
    expired.insert(expired.end(), std::make_move_iterator(idle_.begin()), std::make_move_iterator(fresh));
    idle_.erase(idle_.begin(), fresh);
  }

  std::optional<Lease> make_lease() {
    try {
      return std::optional<Lease>(std::in_place, *this, make_());
    } catch (...) {
      give_back(std::nullopt);
      throw;
    }
  }

  void give_back(std::optional<T> item) noexcept {
    {
      const std::lock_guard lock(mutex_);
      --in_use_;
      try {
        if (item) idle_.push_back({std::move(*item), clock_.now()});
      } catch (const std::bad_alloc&) {  // then it is dropped
      }
    }
    free_.notify_one();
  }

  const std::size_t limit_;
  const detail::Milliseconds idle_limit_;
  const std::function<T()> make_;
  const detail::Clock clock_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::vector<Idle> idle_;
  std::size_t in_use_ = 0;
  pid_t owner_ = ::getpid();
};

}  // namespace kplane::http
