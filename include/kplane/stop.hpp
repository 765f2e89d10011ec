// StopSource and StopToken: how another thread ends blocking calls. What std::stop_source is to C++20, for C++17.
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

/// Whether a stop was asked for. Given to a call in its options; the call then ends within a moment of the request,
/// wherever it blocks: on the wire, waiting for a connection, or in back-off. It throws StoppedError, unless it says
/// otherwise. A default-constructed token never stops anything.
///
/// Thread safety: may be copied and read from any thread.
/// Cost: copying is a reference count.
class KPLANE_API StopToken {
 public:
  /// A token that never stops anything.
  StopToken() noexcept = default;
  /// Whether a stop was requested through its StopSource.
  [[nodiscard]] bool stop_requested() const noexcept;
  /// Waits until a stop is requested, for at most `timeout`: a pause that a stop ends. @return stop_requested()
  bool wait_for(std::chrono::milliseconds timeout) const;
  /// Whether there is a source that could ask for a stop.
  [[nodiscard]] bool stop_possible() const noexcept { return static_cast<bool>(state_); }

 private:
  friend class StopSource;
  friend struct detail::StopAccess;
  explicit StopToken(std::shared_ptr<detail::StopState> state) noexcept : state_(std::move(state)) {}

  detail::Handle<detail::StopState> state_;
};

/// Asks all calls that were given its tokens to stop, once and for good.
///
/// Thread safety: every member may be called from any thread, but not from a signal handler: let that wake a thread.
class KPLANE_API StopSource {
 public:
  /// A source of which no stop was requested yet.
  StopSource();
  StopSource(const StopSource&) = default;  // and no move, which would leave a source that stops nothing
  StopSource& operator=(const StopSource&) = default;
  ~StopSource() = default;

  /// A token for the options of a call or of a Client.
  [[nodiscard]] StopToken token() const noexcept { return StopToken(state_); }
  /// Returns at once; the calls end by themselves. @return whether this was the first request
  bool request_stop() noexcept;
  /// Whether a stop was requested.
  [[nodiscard]] bool stop_requested() const noexcept;

 private:
  std::shared_ptr<detail::StopState> state_;
};

}  // namespace kplane
