// What to read of a plane.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <kplane/stop.hpp>

namespace kplane {

/// Parameters of `GET …/state` (contract §3).
struct StateOptions {
  std::vector<std::string>
      resources{};             ///< plural names without group, such as "pods"; empty: all. Unknown ones yield nothing
  bool include_empty = false;  ///< keep resources that have no items
  /// Start informers for every type first; the first answer may still be unsynced. Informers are the server's, not the
  /// plane's (contract §10): a Client asks for it until one warm read was answered, and not again, whatever the plane.
  /// A batch asks with a small read of its own. A server that restarts loses them: when an answer counts fewer live
  /// types than the warm one did, it is asked for again, with `warm`, before it is returned.
  bool warm = false;
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  StopToken stop{};
};

}  // namespace kplane
