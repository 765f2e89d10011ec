// diff(): what has changed between two states.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <kplane/diff_options.hpp>
#include <kplane/export.hpp>
#include <kplane/object.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/vector.hpp>

namespace kplane {

/// What happened to an object between two states.
enum class ChangeType {
  added,     ///< it is in the second state only
  removed,   ///< it is in the first state only
  modified,  ///< it is in both, with other content
};

/// An object that differs between two states.
struct Change {
  ChangeType type = ChangeType::modified;  ///< what happened
  std::string group{};                     ///< API group; empty for core
  std::string resource{};                  ///< plural, such as "pods"
  std::string ns{};                        ///< empty for cluster-scoped objects
  std::string name{};                      ///< of the object
  /// Of one that was modified: where (RFC 6901), in the order of the fields' names. A field or an element that only one
  /// of the two has is named itself, not what is in it.
  std::vector<std::string> pointers{};
  std::optional<Object> before{};  ///< as it was; nullopt for one that was added
  std::optional<Object> after{};   ///< as it is; nullopt for one that was removed
};

/// What differs between two states, of one plane or of two: sorted by group, type, namespace and name. Objects are the
/// same that have the same type, namespace and name, also when one was deleted and made again in between.
///
/// A type that is absent in one of the states counts as one without objects: read both with the same StateOptions, and
/// look at Snapshot::is_synced() where an unfinished list must not count.
///
/// Thread safety: may be called from any thread. No I/O.
/// Cost: an object whose bytes are in both states costs one pass over them, wherever it lies; one that differs is
/// parsed. Nothing is allocated for an object that did not change.
/// @throws DecodeError when an object that differs is not JSON, or nested more than 1,000 deep; ConfigError for a field
/// of the options that is no JSON pointer
[[nodiscard]] KPLANE_API Vector<Change> diff(const Snapshot& before, const Snapshot& after,
                                             const DiffOptions& options = {});

}  // namespace kplane
