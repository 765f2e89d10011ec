// Waits until a condition holds for one object, without I/O.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <kplane/condition.hpp>
#include <kplane/object.hpp>

#include "base/result.hpp"
#include "resource/resource_path.hpp"
#include "resource/watch_steps.hpp"

namespace kplane::detail {

/// What is waited for.
struct WaitGoal {
  const ResourcePath& path;
  std::string_view name;
  const Condition& condition;
  std::chrono::milliseconds timeout;
  TimePoint deadline;  ///< when that is over
};

/// The source of a watch of a collection.
[[nodiscard]] WatchSource watch_source(const PlaneEndpoint& endpoint, const ResourcePath& path);

/// Watches an object until a condition holds. Whoever carries out its steps may block, or carry out those of many.
///
/// Not thread-safe. Never blocks, apart from the condition.
class ObjectWait {
 public:
  /// All that the arguments refer to must outlive this.
  ObjectWait(const PlaneEndpoint& endpoint, const WaitGoal& goal, StopToken stop);

  /// Call again when the step was carried out on steps(). @return nullopt when the wait is over
  /// @throws what the condition throws, unless it is an Error, which ends the wait
  [[nodiscard]] std::optional<WatchStep> next();
  [[nodiscard]] WatchSteps& steps() noexcept { return steps_; }
  /// Call once, when it is over: the object for which the condition held, nullopt if it held for an absent one; or the
  /// error.
  [[nodiscard]] Result<std::optional<Object>> take_result() { return *std::move(result_); }

 private:
  [[nodiscard]] std::optional<WatchStep> next_or_throw();
  [[nodiscard]] bool is_fulfilled();
  void take(WatchEvent event);
  [[nodiscard]] std::string what() const;
  void time_out();

  const WaitGoal goal_;
  WatchSteps steps_;
  std::optional<Object> last_;  // as last seen
  bool is_tested_ = false;      // the condition, for last_
  bool is_last_look_ = false;   // the deadline has passed
  std::optional<Result<std::optional<Object>>> result_;
};

}  // namespace kplane::detail
