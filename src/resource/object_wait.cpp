#include "resource/object_wait.hpp"

#include <utility>

#include <kplane/error.hpp>

#include "base/excerpt.hpp"
#include "resource/pending_deletion.hpp"

namespace kplane::detail {

namespace {

/// The state of the object as last seen, for the error of a failed wait; none of its contents.
std::string describe(const std::optional<Object>& object) {
  if (!object) return "it does not exist";
  std::string text = "it exists";
  if (const std::string held = what_holds(*object); !held.empty()) text += " and is " + held;
  if (const auto phase = object->get<std::string>("/status/phase")) text += ", phase " + excerpt(*phase);
  for (const Object& condition : object->elements("/status/conditions")) {
    text += ", " + excerpt(condition.get<std::string_view>("/type").value_or("")) + '=' +
            excerpt(condition.get<std::string_view>("/status").value_or(""));
  }
  return text;
}

WatchSource source_of(const PlaneEndpoint& endpoint, const WaitGoal& goal) {
  WatchSource source = watch_source(endpoint, goal.path);
  source.field_selector = "metadata.name=" + std::string(goal.name);
  return source;
}

}  // namespace

WatchSource watch_source(const PlaneEndpoint& endpoint, const ResourcePath& path) {
  return {endpoint.core, endpoint.credentials, endpoint.base_url + collection_path(path), {}, {}, path.ns};
}

ObjectWait::ObjectWait(const PlaneEndpoint& endpoint, const WaitGoal& goal, StopToken stop)
    : goal_(goal), steps_(source_of(endpoint, goal), {}, WatchOptions().idle_limit, std::move(stop)) {}

std::optional<WatchStep> ObjectWait::next() {
  if (result_) return std::nullopt;
  try {
    return next_or_throw();
  } catch (const Error& error) {
    result_ = error.share();
    return std::nullopt;
  }
}

std::optional<WatchStep> ObjectWait::next_or_throw() {
  if (is_fulfilled()) {
    result_.emplace(last_);
    return std::nullopt;
  }
  if (steps_.stops().stop_requested()) throw StoppedError(what() + " was stopped");
  const TimePoint now = steps_.core().clock().now();
  if (is_last_look_) {
    if (steps_.is_looking()) return steps_.next(now);
    time_out();
    return std::nullopt;
  }
  if (steps_.failure()) steps_.failure()->raise();
  if (now < goal_.deadline) return steps_.next(goal_.deadline);
  // A watch may miss changes if its server is shutting down or was restored (contract §9).
  is_last_look_ = true;
  is_tested_ = false;
  steps_.look();
  return steps_.next(now);
}

// Before the first list, an existing object would look absent.
bool ObjectWait::is_fulfilled() {
  if (!steps_.has_caught_up() || steps_.is_looking()) return false;
  while (steps_.has_event()) {
    take(steps_.take_event());
    is_tested_ = true;
    if (goal_.condition.holds(last_ ? &*last_ : nullptr)) return true;
  }
  if (std::exchange(is_tested_, true)) return false;
  return goal_.condition.holds(last_ ? &*last_ : nullptr);
}

void ObjectWait::take(WatchEvent event) {
  if (goal_.path.ns.empty() && !event.object.ns().empty()) {
    throw ConfigError(goal_.path.plural + " are namespaced: wait_for() needs in(), or WaitTarget::ns");
  }
  last_ = event.type == WatchEventType::deleted ? std::nullopt : std::make_optional(std::move(event.object));
}

std::string ObjectWait::what() const {
  return goal_.path.plural + ' ' + std::string(goal_.name) + ": waiting for " + goal_.condition.description();
}

void ObjectWait::time_out() {
  const std::string state =
      steps_.has_caught_up() ? describe(last_) : "the server has not yet reported whether it exists";
  result_ = ErrorPtr(std::make_shared<TimeoutError>(what() + " took longer than " +
                                                    std::to_string(goal_.timeout.count()) + " ms; " + state));
}

}  // namespace kplane::detail
