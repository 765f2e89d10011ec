#include <kplane/resource.hpp>

#include <optional>
#include <utility>

#include "resource/object_wait.hpp"
#include "resource/resource_path.hpp"
#include "resource/watch.hpp"

namespace kplane {

namespace {

void check_watch(const WatchFunction& fn, const WatchOptions& options) {
  if (!fn) throw ConfigError("Resource::watch() needs a function to call");
  if (options.idle_limit <= std::chrono::milliseconds{0})
    throw ConfigError("WatchOptions::idle_limit must be longer than 0 ms");
}

}  // namespace

WatchEnd Resource::watch(const WatchFunction& fn, const WatchOptions& options) const {
  check_watch(fn, options);
  const detail::ClientCore& core = *endpoint_->core;
  const detail::TimePoint deadline =
      options.timeout ? detail::deadline_after(core.clock().now(), *options.timeout) : detail::TimePoint::max();
  detail::WatchSource source = detail::watch_source(*endpoint_, *path_);
  source.label_selector = options.label_selector;
  source.field_selector = options.field_selector;
  detail::Watch watch(std::move(source), options.resource_version, options.idle_limit, options.stop);
  while (const std::optional<WatchEvent> event = watch.next(deadline)) {
    if (!fn(*event)) return WatchEnd::callback;
    if (watch.stop_requested() || core.clock().now() >= deadline) break;
  }
  return watch.stop_requested() ? WatchEnd::stopped : WatchEnd::timeout;
}

std::optional<Object> Resource::wait_for(std::string_view name, const Condition& condition,
                                         std::chrono::milliseconds timeout, const StopToken& stop) const {
  static_cast<void>(detail::object_path(*path_, name));  // throws for an invalid name
  const detail::TimePoint deadline = detail::deadline_after(endpoint_->core->clock().now(), timeout);
  detail::ObjectWait wait(*endpoint_, {*path_, name, condition, timeout, deadline}, stop);
  detail::BlockingSteps blocking(wait.steps());
  while (std::optional<detail::WatchStep> step = wait.next()) blocking.carry_out(*std::move(step));
  return wait.take_result().value_or_raise();
}

}  // namespace kplane
