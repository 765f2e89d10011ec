// The state that every episode begins with, and the error for a plane that differs from it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/diff.hpp>
#include <kplane/diff_options.hpp>
#include <kplane/digest.hpp>
#include <kplane/error.hpp>
#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>
#include <kplane/stop.hpp>
#include <kplane/vector.hpp>

namespace kplane {

namespace detail {
struct BaselineAccess;
struct BaselineParts;
}  // namespace detail

/// How a Baseline is taken. A plain aggregate: use designated initialisers.
struct BaselineOptions {
  DiffOptions ignored{};  ///< what to ignore, now and whenever a plane is compared with the baseline
  /// Types to list in addition to the state. Those of the plane's CustomResourceDefinitions are always listed.
  std::vector<ListedType> listed_types{};
  /// The state counts as settled when it has not changed for this long. 0: as soon as every type is synced.
  std::chrono::milliseconds quiet{200};
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: two minutes
  StopToken stop{};                                    ///< ends the call early, with StoppedError
};

/// A settled state of a plane, the versions and kinds of its types, and its digest: what Plane::restore() puts back, on
/// that plane or any other plane of the server.
///
/// It includes the custom objects of every CustomResourceDefinition of the plane. Events and Leases are ignored (see
/// DiffOptions), and so are the objects that the server itself keeps up to date.
///
/// A value; it may outlive its Client. It contains the plane's Secrets: store json() where only the trainer can read
/// it.
///
/// Thread safety: immutable. One Baseline can be shared by all threads and planes.
/// Cost: copying is a reference count; holds one state.
class KPLANE_API Baseline {
 public:
  /// From the result of json(). Copies the text. @throws DecodeError when it is not a baseline, is damaged or
  /// truncated, or was written by a newer library
  [[nodiscard]] static Baseline from_json(std::string_view text);
  /// The whole baseline as one JSON object, which later versions of the library can also read.
  [[nodiscard]] std::string json() const;

  /// The state, with the custom types. It carries the ID of the plane it was read from, which comparisons ignore.
  [[nodiscard]] const Snapshot& state() const& noexcept;
  [[nodiscard]] Snapshot state() &&;
  /// digest() of the state, with ignored().
  [[nodiscard]] Digest digest() const noexcept;
  /// What comparisons ignore.
  [[nodiscard]] const DiffOptions& ignored() const& noexcept;
  [[nodiscard]] DiffOptions ignored() &&;
  /// The version of the plane's server, such as `v1.34.2`. Other versions have other types, defaults and system
  /// objects, so Plane::restore() refuses them.
  [[nodiscard]] const std::string& server_version() const& noexcept;
  [[nodiscard]] std::string server_version() &&;

 private:
  friend struct detail::BaselineAccess;
  explicit Baseline(std::shared_ptr<const detail::BaselineParts> parts) noexcept;

  detail::Handle<const detail::BaselineParts> parts_;
};

/// A plane differs from its Baseline: thrown by Plane::verify_pristine(), and by Plane::restore() for what it could not
/// undo. The message names the objects that differ and the fields, but none of their content.
class KPLANE_API NotPristine : public detail::ErrorMixin<NotPristine, Error> {
 public:
  /// @param message what what() returns
  /// @param changes what changes() returns
  NotPristine(const std::string& message, Vector<Change> changes);

  /// The differences, from the baseline to the plane: an `added` object should not exist.
  [[nodiscard]] const Vector<Change>& changes() const& noexcept { return *changes_; }
  [[nodiscard]] Vector<Change> changes() && { return *changes_; }

 private:
  detail::Handle<const Vector<Change>> changes_;
};

}  // namespace kplane
