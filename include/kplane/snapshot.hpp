#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <kplane/export.hpp>
#include <kplane/object.hpp>
#include <kplane/vector.hpp>

namespace kplane {

namespace detail {
class TypesRead;
}  // namespace detail

/// The objects of one resource type in a Snapshot.
struct SnapshotResource {
  std::string group{};     ///< API group; empty for core
  std::string resource{};  ///< plural, such as "pods"
  bool synced = false;  ///< false: the server has not finished listing; few or no items then mean "unknown", not "none"
  std::int64_t item_count = 0;  ///< as reported by the server: equals the number of items
  Vector<Object> items{};       ///< in arbitrary order, which differs between two snapshots of the same state
};

/// Everything in one plane at about one moment.
///
/// Not atomic: the server reads one resource type after the other (contract §3). A value: it may outlive the Client,
/// and be copied and moved freely. Its objects share one buffer, the response; beyond that, a Snapshot holds an index
/// of 32 bytes per object. When the last of them is destroyed, the Client reuses the buffer for another response.
///
/// A malformed object inside a well-formed envelope does not affect others: DecodeError is thrown when it is first
/// read.
///
/// Thread safety: as a value; several threads may read one Snapshot.
/// Cost: moving is constant; copying copies the index, not the buffer.
class KPLANE_API Snapshot {
 public:
  std::string cluster{};  ///< the plane's ID
  std::chrono::system_clock::time_point
      snapshot_time{};                   ///< when the server read it; the epoch if the clock cannot represent it
  std::int64_t live_resources = 0;       ///< resource types with a live informer, before any filter
  Vector<SnapshotResource> resources{};  ///< each type once; sorted by group and name, as sent

  /// Parses a state from JSON text, such as the stored raw() of another Snapshot. No I/O; copies the text once. @throws
  /// DecodeError when it is not a state
  [[nodiscard]] static Snapshot from_json(std::string_view body);

  /// The objects of a type, by its plural: of the core group if that has the type, otherwise of the first group that
  /// does.
  /// @return nullptr when the snapshot does not have the type: it has no objects; the server has not finished listing
  /// it; StateOptions::resources did not include it; or the server's states do not have it, as with every type of a CRD
  /// (contract §3). With StateOptions::include_empty only the last two remain, and is_synced() distinguishes "none"
  /// from "unknown". Valid as long as this Snapshot is neither changed nor destroyed.
  [[nodiscard]] const SnapshotResource* by_resource(std::string_view resource) const& noexcept;
  /// The same for one group: `by_resource("events", "events.k8s.io")`; "" is core.
  [[nodiscard]] const SnapshotResource* by_resource(std::string_view resource, std::string_view group) const& noexcept;
  // A pointer into a temporary would dangle: name the Snapshot.
  const SnapshotResource* by_resource(std::string_view resource) const&& = delete;
  const SnapshotResource* by_resource(std::string_view resource, std::string_view group) const&& = delete;

  /// Whether this snapshot is complete for a type: it has the type, and the server had finished listing it, so that an
  /// object that is absent does not exist. False means "unknown", also for an absent type: read with
  /// StateOptions::include_empty, or synced types without objects are absent too. Looks up types as by_resource() does.
  ///
  ///     Snapshot state = plane.state({.resources = {"pods"}, .include_empty = true});
  ///     if (state.is_synced("pods") && state.by_resource("pods")->items.empty()) …  // there are no pods
  [[nodiscard]] bool is_synced(std::string_view resource) const noexcept;
  /// The same for one group; "" is core.
  [[nodiscard]] bool is_synced(std::string_view resource, std::string_view group) const noexcept;

  /// The types that by_resource() and is_synced() were asked for, whether they were there or not, in this Snapshot and
  /// its copies: plurals without group, sorted. As StateOptions::resources they give the same answers from a smaller
  /// state. What was read from `resources` itself, as diff() and digest() do, does not count.
  ///
  ///     Snapshot state = plane.state();
  ///     double reward = score(state);
  ///     StateOptions next{.resources = state.types_read()};  // all that score() looks at
  [[nodiscard]] Vector<std::string> types_read() const;

  /// The number of objects of all types.
  [[nodiscard]] std::size_t total_items() const noexcept;

  /// The response body, as sent. May contain Secrets: do not log it.
  [[nodiscard]] std::string_view raw() const& noexcept;
  std::string_view raw() const&& = delete;

 private:
  friend struct detail::ObjectAccess;
  std::shared_ptr<const detail::Document> document_;
  std::shared_ptr<detail::TypesRead> types_read_;
};

}  // namespace kplane
