// Watching a resource's objects, and waiting for one of them.
#include <kplane/resource.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include "codec/excerpt.hpp"
#include "resource_path.hpp"
#include "watch.hpp"

namespace kplane {

namespace {

detail::WatchSource source_of(const detail::PlaneTarget& target, const detail::ResourcePath& path) {
  return {target.core, target.credentials, target.base_url + detail::collection_path(path), {}, {}};
}

void check_watch(const WatchFunction& fn, const WatchOptions& options) {
  if (!fn) throw ConfigError("Resource::watch() needs a function to call");
  if (options.idle_limit <= std::chrono::milliseconds{0}) throw ConfigError("WatchOptions::idle_limit must be above 0");
}

/// What a wait that failed saw last, for its error: where the object stands, none of its contents.
std::string describe(const std::optional<Object>& object) {
  if (!object) return "there is no such object";
  std::string text = "it exists";
  if (const auto phase = object->get<std::string>("/status/phase")) text += ", phase " + codec::excerpt(*phase);
  for (const Object& condition : object->elements("/status/conditions")) {
    text += ", " + codec::excerpt(condition.get<std::string_view>("/type").value_or("")) + '=' +
            codec::excerpt(condition.get<std::string_view>("/status").value_or(""));
  }
  return text;
}

}  // namespace

WatchEnd Resource::watch(const WatchFunction& fn, const WatchOptions& options) const {
  check_watch(fn, options);
  const detail::ClientCore& core = *target_->core;
  const http::TimePoint deadline =
      options.timeout ? http::deadline_after(core.clock().now(), *options.timeout) : http::TimePoint::max();
  detail::WatchSource source = source_of(*target_, *path_);
  source.label_selector = options.label_selector;
  source.field_selector = options.field_selector;
  detail::Watch watch(std::move(source), options.resource_version, options.idle_limit, options.stop);
  while (const std::optional<WatchEvent> event = watch.next(deadline)) {
    if (!fn(*event)) return WatchEnd::by_function;
    if (watch.stop_requested() || core.clock().now() >= deadline) break;
  }
  return watch.stop_requested() ? WatchEnd::stopped : WatchEnd::timeout;
}

std::optional<Object> Resource::wait_for(std::string_view name, const Condition& condition,
                                         std::chrono::milliseconds timeout, const StopToken& stop) const {
  static_cast<void>(detail::object_path(*path_, name));  // throws for what cannot be a name
  const detail::ClientCore& core = *target_->core;
  const http::TimePoint deadline = http::deadline_after(core.clock().now(), timeout);
  detail::WatchSource source = source_of(*target_, *path_);
  source.field_selector = "metadata.name=" + std::string(name);
  detail::Watch watch(std::move(source), {}, WatchOptions().idle_limit, stop);
  // Before the list is there, an object that exists would look gone.
  watch.catch_up(deadline);
  std::optional<Object> last;
  std::optional<WatchEvent> event;
  if (watch.has_event()) event = watch.next(deadline);
  while (watch.has_caught_up()) {
    if (event && path_->ns.empty() && !event->object.ns().empty()) {
      throw ConfigError(path_->plural + " live in namespaces: wait_for() needs in()");
    }
    const bool is_asked = event && event->object.name() == name;  // not every server knows field selectors
    if (is_asked) last = event->type == WatchEventType::deleted ? std::nullopt : std::make_optional(event->object);
    if (condition.holds(last ? &*last : nullptr)) return last;
    event = watch.next(deadline);
    if (!event) break;
  }
  const std::string what = path_->plural + ' ' + std::string(name) + ": waiting for " + condition.description();
  if (watch.stop_requested()) throw StoppedError(what + " was stopped");
  throw TimeoutError(what + " took longer than " + std::to_string(timeout.count()) + " ms; " +
                     (watch.has_caught_up() ? describe(last) : "the server has not said yet whether it exists"));
}

}  // namespace kplane
