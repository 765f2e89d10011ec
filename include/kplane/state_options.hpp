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
      resources{};  ///< plural names without group, such as "pods"; empty: all. Unknown ones yield nothing
  /// Keep types that have no items, synced or not: without it, a type that is absent may have no items, or be unknown
  /// yet. See Snapshot::is_synced().
  bool include_empty = false;
  bool warm = false;  ///< start informers for every type first; the first answer may still be unsynced
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  StopToken stop{};
};

}  // namespace kplane
