// The state that a StopSource and its tokens share, and how a blocking call is notified of a stop.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include <kplane/stop.hpp>

namespace kplane::detail {

/// Wakes a blocking call. Called on the thread that requests the stop, under a lock: must be quick, must not throw, and
/// must not call the StopState.
class StopListener {
 public:
  StopListener() = default;
  StopListener(const StopListener&) = delete;
  StopListener& operator=(const StopListener&) = delete;
  StopListener(StopListener&&) = delete;
  StopListener& operator=(StopListener&&) = delete;
  virtual ~StopListener() = default;
  virtual void on_stop() noexcept = 0;
};

/// Thread-safe.
class StopState {
 public:
  [[nodiscard]] bool is_requested() const noexcept { return requested_.load(std::memory_order_acquire); }
  /// @return whether this was the first request
  bool request() noexcept;
  /// Calls the listener when the stop is requested, or at once if it already was.
  void add(StopListener& listener);
  /// After this returns, the listener is not called again.
  void remove(StopListener& listener) noexcept;

 private:
  std::atomic<bool> requested_{false};
  std::mutex mutex_;
  std::vector<StopListener*> listeners_;
};

struct StopAccess {
  static const std::shared_ptr<StopState>& state(const StopToken& token) noexcept { return token.state_; }
};

/// The tokens that can end one call, such as its own, its batch's and its Client's.
class StopTokens {
 public:
  StopTokens() = default;
  explicit StopTokens(const StopToken& first, const StopToken& second = {}, const StopToken& third = {})
      : tokens_{first, second, third} {}

  /// These and one more; once only.
  [[nodiscard]] StopTokens with(const StopToken& fourth) const;

  [[nodiscard]] bool stop_requested() const noexcept;
  [[nodiscard]] bool stop_possible() const noexcept;

 private:
  friend class StopListening;
  std::array<StopToken, 4> tokens_;
};

/// Registers the listener for its own lifetime.
class StopListening {
 public:
  StopListening(const StopTokens& tokens, StopListener& listener);
  StopListening(const StopListening&) = delete;
  StopListening& operator=(const StopListening&) = delete;
  StopListening(StopListening&&) = delete;
  StopListening& operator=(StopListening&&) = delete;
  ~StopListening();

 private:
  void end() noexcept;

  std::array<std::shared_ptr<StopState>, 4> states_;
  StopListener& listener_;
};

}  // namespace kplane::detail
