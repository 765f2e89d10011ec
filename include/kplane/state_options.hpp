// What to read of a plane.
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
  /// Keep types that have no items, synced or not: without it, a type that is absent may have no items, or be unknown
  /// yet. See Snapshot::is_synced().
  bool include_empty = false;
  /// Start informers for every type first; the first answer may still be unsynced. Informers are the server's, not the
  /// plane's (contract §10): a Client asks for it until one warm read was answered, and then no more, for any plane.
  /// A batch of more than one plane asks with a small read of its own. A server that restarts loses them: when an
  /// answer counts fewer live types than the warm one did, the read is repeated with `warm` before it returns.
  bool warm = false;
  /// Returns what is known only: asks again, until the timeout, until the server has finished listing every type that
  /// was asked for, and throws NotSynced, which names those it has not, otherwise. Implies `warm` and `include_empty`,
  /// so that a type that is absent is one that no state shows; where `resources` names such a one, because it is
  /// mistyped or defined by a CRD (contract §10), the call throws NotFound at once.
  bool require_synced = false;
  /// Types to list beside the state, such as those of CustomResourceDefinitions, which today's servers do not show in
  /// it: one request for each 500 objects of each, after the state. They stand in the Snapshot, and in its raw(), as
  /// the others do; one that the state shows itself is not listed. A type that the plane does not serve is NotFound.
  std::vector<ListedType> listed_types{};
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  StopToken stop{};                                    ///< ends the call early, with StoppedError
};

}  // namespace kplane
