// What a watch reports, and how it runs.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <kplane/object.hpp>
#include <kplane/stop.hpp>

namespace kplane {

enum class WatchEventType { added, modified, deleted };

/// One change of one object.
struct WatchEvent {
  WatchEventType type;
  Object object;  ///< as it is now; for `deleted`, as it was last
};

/// How Resource::watch() runs.
struct WatchOptions {
  std::string label_selector{};
  std::string field_selector{};    ///< such as `metadata.name=web`
  std::string resource_version{};  ///< report what changed since; empty: report what is there as `added`, then changes
  std::optional<std::chrono::milliseconds> timeout{};  ///< ends the watch; none: it runs until `fn` or `stop` ends it
  /// A connection on which nothing came for so long, not even a bookmark, is taken for dead, and made again. Below the
  /// 4 minutes after which common middleboxes drop an idle connection silently.
  std::chrono::milliseconds idle_limit{std::chrono::seconds{200}};
  StopToken stop{};
};

/// Why a watch came to its end.
enum class WatchEnd { by_function, timeout, stopped };

/// Called for each event on the thread that watches. @return whether to go on
using WatchFunction = std::function<bool(const WatchEvent& event)>;

}  // namespace kplane
