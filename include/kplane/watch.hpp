// What a watch reports, and how it runs.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <kplane/object.hpp>
#include <kplane/stop.hpp>

namespace kplane {

/// What happened to an object.
enum class WatchEventType {
  added,     ///< it is there: made, found when the watch began, or come into the selection
  modified,  ///< it was changed
  deleted,   ///< it was deleted, or left the selection
};

/// One change of one object.
struct WatchEvent {
  WatchEventType type;  ///< what happened to the object
  /// As it is now; for `deleted`, as it was last: an object that left the selection has the labels it had in it.
  Object object;
};

/// How Resource::watch() runs.
struct WatchOptions {
  std::string label_selector{};  ///< as kubectl's `-l`: `app=web,tier!=db`; empty: all
  std::string field_selector{};  ///< such as `metadata.name=web`
  /// Report what changed since; empty or `0`: report what is there as `added`, then changes.
  std::string resource_version{};
  std::optional<std::chrono::milliseconds> timeout{};  ///< ends the watch; none: it runs until `fn` or `stop` ends it
  /// A connection on which nothing arrived for so long, not even a bookmark, is considered dead and reopened. The
  /// default is below the 4 minutes after which common middleboxes drop an idle connection silently.
  std::chrono::milliseconds idle_limit{std::chrono::seconds{200}};
  StopToken stop{};  ///< ends the watch: WatchEnd::stopped
};

/// Why a watch came to its end.
enum class WatchEnd {
  callback,  ///< the function returned false
  timeout,   ///< WatchOptions::timeout passed
  stopped,   ///< a stop was requested, through WatchOptions::stop or ClientOptions::stop
  by_function [[deprecated("renamed to WatchEnd::callback")]] = callback,  ///< the old name of `callback`
};

/// Called for each event on the thread that watches. @return whether to go on
using WatchFunction = std::function<bool(const WatchEvent& event)>;

}  // namespace kplane
