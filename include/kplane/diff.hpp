// The objects and fields that differ between two states.
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
  modified,  ///< it is in both, with different content
};

/// An object that differs between two states.
struct Change {
  ChangeType type = ChangeType::modified;  ///< what happened
  std::string group{};                     ///< API group; empty for core
  std::string resource{};                  ///< plural, such as "pods"
  std::string ns{};                        ///< empty for cluster-scoped objects
  std::string name{};                      ///< of the object
  /// For a modified object: JSON pointers (RFC 6901) to what differs, sorted by field name. A field or element that
  /// only one side has is listed itself, not its contents.
  std::vector<std::string> pointers{};
  std::optional<Object> before{};  ///< as it was; nullopt if added
  std::optional<Object> after{};   ///< as it is; nullopt if removed
};

/// The differences between two states, of one plane or of two, sorted by group, type, namespace and name. Objects are
/// matched by type, namespace and name, even if one was deleted and recreated in between.
///
/// A type that is absent from one of the states counts as having no objects: read both with the same StateOptions, and
/// check Snapshot::is_synced() if an unfinished list must not count.
///
/// Thread safety: may be called from any thread. No I/O.
/// Cost: an object whose bytes are the same in both states costs one pass over them, whatever its position; one that
/// differs is parsed. Unchanged objects cause no allocation.
/// @throws DecodeError when an object that differs is not JSON, or nested more than 1,000 deep; ConfigError when an
/// ignored field is not a JSON pointer
[[nodiscard]] KPLANE_API Vector<Change> diff(const Snapshot& before, const Snapshot& after,
                                             const DiffOptions& options = {});

}  // namespace kplane
