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
  added,     ///< it was created, existed when the watch began, or came to match the selectors
  modified,  ///< it was changed
  deleted,   ///< it was deleted, or no longer matches the selectors
};

/// One change of one object.
struct WatchEvent {
  WatchEventType type;  ///< what happened to the object
  /// As it is now; for `deleted`, as it was last: an object that no longer matches has the labels with which it did.
  Object object;
};

/// How Resource::watch() runs.
struct WatchOptions {
  std::string label_selector{};  ///< as kubectl's `-l`: `app=web,tier!=db`; empty: all
  std::string field_selector{};  ///< such as `metadata.name=web`
  /// Report the changes after this version; empty or `0`: report existing objects as `added`, then changes.
  std::string resource_version{};
  /// Ends the watch; none: it runs until `fn` or `stop` ends it. A list that is under way then has a second since it
  /// began, which can add as much.
  std::optional<std::chrono::milliseconds> timeout{};
  /// A connection on which nothing arrived for this long, not even a bookmark, is considered dead and reopened. The
  /// default is below the 4 minutes after which common middleboxes silently drop idle connections.
  std::chrono::milliseconds idle_limit{std::chrono::seconds{200}};
  StopToken stop{};  ///< ends the watch: WatchEnd::stopped
};

/// Why a watch ended.
enum class WatchEnd {
  callback,  ///< the function returned false
  timeout,   ///< WatchOptions::timeout passed
  stopped,   ///< a stop was requested through WatchOptions::stop or ClientOptions::stop
  by_function [[deprecated("renamed to WatchEnd::callback")]] = callback,  ///< the old name of `callback`
};

/// Called for each event on the watching thread. @return whether to continue
using WatchFunction = std::function<bool(const WatchEvent& event)>;

}  // namespace kplane
