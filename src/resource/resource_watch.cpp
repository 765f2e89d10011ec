#include <kplane/resource.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/excerpt.hpp"
#include "resource/pending_deletion.hpp"
#include "resource/resource_path.hpp"
#include "resource/watch.hpp"

namespace kplane {

namespace {

detail::WatchSource source_of(const detail::PlaneEndpoint& endpoint, const detail::ResourcePath& path) {
  return {endpoint.core, endpoint.credentials, endpoint.base_url + detail::collection_path(path), {}, {}, path.ns};
}

void check_watch(const WatchFunction& fn, const WatchOptions& options) {
  if (!fn) throw ConfigError("Resource::watch() needs a function to call");
  if (options.idle_limit <= std::chrono::milliseconds{0})
    throw ConfigError("WatchOptions::idle_limit must be longer than 0 ms");
}

/// The state of the object as last seen, for the error of a failed wait; none of its contents.
std::string describe(const std::optional<Object>& object) {
  if (!object) return "it does not exist";
  std::string text = "it exists";
  if (const std::string held = detail::what_holds(*object); !held.empty()) text += " and is " + held;
  if (const auto phase = object->get<std::string>("/status/phase")) text += ", phase " + detail::excerpt(*phase);
  for (const Object& condition : object->elements("/status/conditions")) {
    text += ", " + detail::excerpt(condition.get<std::string_view>("/type").value_or("")) + '=' +
            detail::excerpt(condition.get<std::string_view>("/status").value_or(""));
  }
  return text;
}

/// Tracks one object through a watch, and checks the condition.
class ObjectWait {
 public:
  ObjectWait(detail::Watch& watch, const detail::ResourcePath& path, const Condition& condition)
      : watch_(watch), path_(path), condition_(condition) {}

  /// Processes the watch's events. @return whether the condition held before `until`; events already received by then
  /// count
  bool follow(detail::TimePoint until) {
    // Before the first list, an existing object would look absent.
    watch_.catch_up(until);
    if (!watch_.has_caught_up()) return false;
    std::optional<WatchEvent> event;
    if (watch_.has_event()) event = watch_.next(until);
    for (;;) {
      if (event) take(*std::move(event));
      if (condition_.holds(last_ ? &*last_ : nullptr)) return true;
      event = watch_.next(until);
      if (!event) return false;
    }
  }

  [[nodiscard]] const std::optional<Object>& last() const noexcept { return last_; }

 private:
  void take(WatchEvent event) {
    if (path_.ns.empty() && !event.object.ns().empty()) {
      throw ConfigError(path_.plural + " are namespaced: wait_for() needs in()");
    }
    last_ = event.type == WatchEventType::deleted ? std::nullopt : std::make_optional(std::move(event.object));
  }

  detail::Watch& watch_;
  const detail::ResourcePath& path_;
  const Condition& condition_;
  std::optional<Object> last_;
};

}  // namespace

WatchEnd Resource::watch(const WatchFunction& fn, const WatchOptions& options) const {
  check_watch(fn, options);
  const detail::ClientCore& core = *endpoint_->core;
  const detail::TimePoint deadline =
      options.timeout ? detail::deadline_after(core.clock().now(), *options.timeout) : detail::TimePoint::max();
  detail::WatchSource source = source_of(*endpoint_, *path_);
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
  const detail::ClientCore& core = *endpoint_->core;
  const detail::TimePoint deadline = detail::deadline_after(core.clock().now(), timeout);
  detail::WatchSource source = source_of(*endpoint_, *path_);
  source.field_selector = "metadata.name=" + std::string(name);
  detail::Watch watch(std::move(source), {}, WatchOptions().idle_limit, stop);
  ObjectWait wait(watch, *path_, condition);
  if (wait.follow(deadline)) return wait.last();
  // A watch may miss changes if its server is shutting down or was restored (contract §9).
  if (!watch.stop_requested() && watch.look() && wait.follow(deadline)) return wait.last();
  const std::string what = path_->plural + ' ' + std::string(name) + ": waiting for " + condition.description();
  if (watch.stop_requested()) throw StoppedError(what + " was stopped");
  throw TimeoutError(
      what + " took longer than " + std::to_string(timeout.count()) + " ms; " +
      (watch.has_caught_up() ? describe(wait.last()) : "the server has not yet reported whether it exists"));
}

}  // namespace kplane
