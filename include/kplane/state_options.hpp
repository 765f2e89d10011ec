#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <kplane/stop.hpp>

namespace kplane {

/// A resource type, as in a path: `{"example.com/v1", "widgets"}`.
struct ListedType {
  std::string api_version{};  ///< such as `v1` or `example.com/v1`
  std::string plural{};       ///< such as `widgets`
};

/// Parameters of `GET …/state` (contract §3).
struct StateOptions {
  std::vector<std::string>
      resources{};  ///< plural names without group, such as "pods"; empty: all. Unknown ones yield nothing
  /// Keep types without items, synced or not. Otherwise an absent type may have no items or be unknown. See
  /// Snapshot::is_synced().
  bool include_empty = false;
  /// Start informers for every type first; the first answer may still be unsynced. Informers belong to the server, not
  /// the plane (contract §10): a Client requests this until one warm read has been answered, and then no more, for any
  /// plane. A batch of more than one plane does so with a separate small read. A server that restarts loses its
  /// informers: when an answer counts fewer live types than the warm one did, the read is repeated with `warm` before
  /// it returns.
  bool warm = false;
  /// Return only complete types: reads again until the server has finished listing every requested type, and throws
  /// NotSynced, which names the others, when the timeout expires first. Implies `warm` and `include_empty`, so an
  /// absent type is one that states never contain; if `resources` names such a type, because it is mistyped or defined
  /// by a CRD (contract §10), the call throws NotFound at once.
  bool require_synced = false;
  /// Types to list in addition to the state, such as those of CustomResourceDefinitions, which today's servers do not
  /// include: after the state, one request for every 500 objects of each type. They appear in the Snapshot and its
  /// raw() like the others; a type that the state already has is not listed. Throws NotFound for a type that the plane
  /// does not serve.
  std::vector<ListedType> listed_types{};
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  StopToken stop{};                                    ///< ends the call early, with StoppedError
};

}  // namespace kplane
