// Snapshot: everything in one plane, as read in one round trip.
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

/// The objects of one resource type in a Snapshot.
struct SnapshotResource {
  std::string group{};     ///< API group; empty for core
  std::string resource{};  ///< plural, such as "pods"
  bool synced = false;  ///< false: the server has not finished listing; few or no items then mean "unknown", not "none"
  std::int64_t item_count = 0;  ///< as the server counted: as many as there are items
  Vector<Object> items{};       ///< in arbitrary order, which differs between two snapshots of the same state
};

/// Everything in one plane at about one moment.
///
/// Not an atomic cut: the server reads one resource type after the other (contract §3). A value: it may outlive the
/// Client, and be copied and moved freely. Its objects share one buffer, the response; beyond that, a
/// Snapshot holds the index: 32 bytes an object. When the last of them is gone, its Client reuses the buffer for
/// another response.
///
/// An object whose text is malformed, in a body whose envelope is well-formed, affects no other: DecodeError is thrown
/// when it is first read.
///
/// Thread safety: as a value; several threads may read one Snapshot.
/// Cost: moving is constant; copying copies the index, not the buffer.
class KPLANE_API Snapshot {
 public:
  std::string cluster{};  ///< the plane's ID
  std::chrono::system_clock::time_point
      snapshot_time{};                   ///< when the server read it; the epoch for a time that the clock cannot hold
  std::int64_t live_resources = 0;       ///< resource types with a live informer, before any filter
  Vector<SnapshotResource> resources{};  ///< each type once; sorted by group and name, as sent

  /// A state from its JSON text, such as raw() of another Snapshot that was stored, read as the response of a server
  /// is. Blocks for no I/O; copies the text once. @throws DecodeError when it is no state
  [[nodiscard]] static Snapshot from_json(std::string_view body);

  /// The objects of a type, by its plural name: of the core group if it has that type, else of the first group that
  /// does.
  /// @return nullptr when the snapshot does not have the type. That may mean that it has no objects; that the server
  /// has not finished listing them; that StateOptions::resources did not ask for it; or that the server knows no such
  /// type, as it knows none of a CRD (contract §3). With StateOptions::include_empty only the last two are left; then
  /// is_synced() tells none from unknown. Valid as long as this Snapshot is neither changed nor destroyed.
  [[nodiscard]] const SnapshotResource* by_resource(std::string_view resource) const& noexcept;
  /// The same for one group: `by_resource("events", "events.k8s.io")`; "" is core.
  [[nodiscard]] const SnapshotResource* by_resource(std::string_view resource, std::string_view group) const& noexcept;
  // A pointer into a temporary would dangle: name the Snapshot.
  const SnapshotResource* by_resource(std::string_view resource) const&& = delete;
  const SnapshotResource* by_resource(std::string_view resource, std::string_view group) const&& = delete;

  /// Whether this snapshot says all there is of a type: it has it, and the server had finished listing it, so that
  /// what is not there does not exist. False means "unknown", also for a type that is absent: ask with
  /// StateOptions::include_empty, or a synced type without objects is absent too. Types are found as by_resource()
  /// does.
  ///
  ///     Snapshot state = plane.state({.resources = {"pods"}, .include_empty = true});
  ///     if (state.is_synced("pods") && state.by_resource("pods")->items.empty()) …  // there are no pods
  [[nodiscard]] bool is_synced(std::string_view resource) const noexcept;
  /// The same for one group; "" is core.
  [[nodiscard]] bool is_synced(std::string_view resource, std::string_view group) const noexcept;

  /// How many objects there are, all types together.
  [[nodiscard]] std::size_t total_items() const noexcept;

  /// The response body, as sent. May hold Secrets: do not log it.
  [[nodiscard]] std::string_view raw() const& noexcept;
  std::string_view raw() const&& = delete;

 private:
  friend struct detail::ObjectAccess;
  std::shared_ptr<const detail::Document> document_;
};

}  // namespace kplane
