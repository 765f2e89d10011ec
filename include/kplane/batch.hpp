// Reading many planes at once: the bounds of a batch, and one element of its result.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <kplane/error.hpp>
#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/plane.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/stop.hpp>

namespace kplane {

/// The bounds of a batch.
///
/// A plane that falls silent does not hold up the others: when nothing came from it for four times as long as an answer
/// usually takes (at least 100 ms; a second at first), while a plane that was asked later did answer, the next one is
/// asked beside it. It keeps its connection and what it sent of its body, and counts against `concurrency` again when
/// it goes on. Up to 15 such requests for each of `concurrency` may be in flight, and 256 in all; so many bodies may
/// then be in memory too. Where every plane is silent, one request more is sent after a second, one after two more, one
/// after four more, and so on.
struct BatchOptions {
  std::size_t concurrency = 16;  ///< requests in flight at once, beside those of silent planes, and connections kept
                                 ///< for the next batch; ClientOptions::max_connections caps it
  std::optional<std::chrono::milliseconds>
      timeout{};     ///< for the whole batch; what is not done by then ends in TimeoutError. None: no bound
  StopToken stop{};  ///< what is not done by then ends in StoppedError
};

/// One plane's part of a batch: either its Snapshot or the error that kept it away. An error spoils only its own plane.
///
/// Thread safety: as a value. One whose snapshot was moved away throws std::logic_error when it is asked for it; plane
/// and error stay.
class KPLANE_API StateResult {
 public:
  StateResult(Plane plane, Snapshot snapshot);
  StateResult(Plane plane, std::shared_ptr<const Error> error);
  StateResult(const StateResult&) = default;
  StateResult& operator=(const StateResult&) = default;
  StateResult(StateResult&& other) noexcept;
  StateResult& operator=(StateResult&& other) noexcept;
  ~StateResult() = default;

  [[nodiscard]] const Plane& plane() const& noexcept { return plane_; }
  [[nodiscard]] Plane plane() &&;

  /// The plane's ID.
  [[nodiscard]] const std::string& cluster() const& noexcept { return plane_.cluster(); }
  [[nodiscard]] std::string cluster() &&;

  /// Whether there is a snapshot.
  [[nodiscard]] explicit operator bool() const noexcept { return !error_; }

  /// The snapshot. @throws the plane's own error when there is none.
  [[nodiscard]] const Snapshot& operator*() const&;
  [[nodiscard]] Snapshot operator*() &&;
  [[nodiscard]] const Snapshot* operator->() const& { return &**this; }
  const Snapshot* operator->() const&& = delete;  ///< what it leads to would dangle: name the result

  /// Why there is no snapshot. `error().raise()` throws it as its own type.
  /// @throws std::logic_error when there is a snapshot.
  [[nodiscard]] const Error& error() const&;
  const Error& error() const&& = delete;

 private:
  void check_snapshot() const;

  Plane plane_;
  Snapshot snapshot_;
  detail::Handle<const Error> error_;  // none: there is a snapshot
  bool is_taken_ = false;              // its snapshot was moved away
};

}  // namespace kplane
