// How another thread ends blocking calls: a C++17 counterpart of std::stop_source and std::stop_token.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include <kplane/export.hpp>
#include <kplane/handle.hpp>

namespace kplane {

namespace detail {
class StopState;
struct StopAccess;
}  // namespace detail

/// Tells whether a stop was requested. Pass it in a call's options; the call then ends promptly after the request,
/// wherever it blocks: in network I/O, waiting for a connection, or in backoff. It throws StoppedError, unless
/// documented otherwise. A default-constructed token never stops anything.
///
/// Thread safety: may be copied and read from any thread.
/// Cost: copying is a reference count.
class KPLANE_API StopToken {
 public:
  /// A token that never stops anything.
  StopToken() noexcept = default;
  /// Whether a stop was requested through its StopSource.
  [[nodiscard]] bool stop_requested() const noexcept;
  /// Blocks until a stop is requested, for at most `timeout`: an interruptible sleep. @return stop_requested()
  bool wait_for(std::chrono::milliseconds timeout) const;
  /// Whether the token belongs to a StopSource.
  [[nodiscard]] bool stop_possible() const noexcept { return static_cast<bool>(state_); }

 private:
  friend class StopSource;
  friend struct detail::StopAccess;
  explicit StopToken(std::shared_ptr<detail::StopState> state) noexcept : state_(std::move(state)) {}

  detail::Handle<detail::StopState> state_;
};

/// Stops all calls that were given its tokens, once and for good.
///
/// Thread safety: every member may be called from any thread, but not from a signal handler: let the handler wake a
/// thread instead.
class KPLANE_API StopSource {
 public:
  /// A source through which no stop has been requested.
  StopSource();
  StopSource(const StopSource&) = default;  // and no move, which would leave a source that stops nothing
  StopSource& operator=(const StopSource&) = default;
  ~StopSource() = default;

  /// A token for the options of a call or of a Client.
  [[nodiscard]] StopToken token() const noexcept { return StopToken(state_); }
  /// Returns at once; the calls end asynchronously. @return whether this was the first request
  bool request_stop() noexcept;
  /// Whether a stop was requested.
  [[nodiscard]] bool stop_requested() const noexcept;

 private:
  std::shared_ptr<detail::StopState> state_;
};

}  // namespace kplane
