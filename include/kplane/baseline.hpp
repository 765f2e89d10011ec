// Baseline: the state that every episode begins with.
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
  DiffOptions ignored{};  ///< what does not count, then and whenever a plane is compared with the baseline
  /// Types to list beside the state. Those of the plane's CustomResourceDefinitions are listed anyway.
  std::vector<ListedType> listed_types{};
  /// The state is settled when it has been the same for so long. 0: as soon as every type is synced.
  std::chrono::milliseconds quiet{200};
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: two minutes
  StopToken stop{};                                    ///< ends the call early, with StoppedError
};

/// A settled state of a plane, the versions and kinds of its types, and its digest: what Plane::restore() puts back, on
/// that plane or on any other one of the server.
///
/// Objects of custom types are in it: those of every CustomResourceDefinition of the plane. Events and Leases do not
/// count (see DiffOptions), and neither do the objects that the server keeps up to date itself.
///
/// A value that may outlive its Client. It holds the plane's Secrets: keep json() where only the trainer can read it.
///
/// Thread safety: immutable. One Baseline may serve all threads and planes.
/// Cost: copying is a reference count; holds one state.
class KPLANE_API Baseline {
 public:
  /// What json() returned. Copies the text. @throws DecodeError when it is no baseline, was damaged or cut off, or is
  /// of a newer library
  [[nodiscard]] static Baseline from_json(std::string_view text);
  /// The whole baseline as one JSON object, which later versions of the library read too.
  [[nodiscard]] std::string json() const;

  /// The state, with the custom types. Of a plane, whose ID it has; that does not count in comparisons.
  [[nodiscard]] const Snapshot& state() const& noexcept;
  [[nodiscard]] Snapshot state() &&;
  /// digest() of the state, with ignored().
  [[nodiscard]] Digest digest() const noexcept;
  /// What does not count.
  [[nodiscard]] const DiffOptions& ignored() const& noexcept;
  [[nodiscard]] DiffOptions ignored() &&;
  /// The version of the server that the plane is of, such as `v1.34.2`. Another one has other types, defaults and
  /// system objects: Plane::restore() refuses it.
  [[nodiscard]] const std::string& server_version() const& noexcept;
  [[nodiscard]] std::string server_version() &&;

 private:
  friend struct detail::BaselineAccess;
  explicit Baseline(std::shared_ptr<const detail::BaselineParts> parts) noexcept;

  detail::Handle<const detail::BaselineParts> parts_;
};

/// A plane is not as its Baseline: thrown by Plane::verify_pristine(), and by Plane::restore() for what it could not
/// undo. The message names the objects that differ, and where; none of their content.
class KPLANE_API NotPristine : public detail::ErrorMixin<NotPristine, Error> {
 public:
  /// @param message what what() returns
  /// @param changes what changes() returns
  NotPristine(const std::string& message, Vector<Change> changes);

  /// What differs, from the baseline to the plane: an object that is `added` should not be there.
  [[nodiscard]] const Vector<Change>& changes() const& noexcept { return *changes_; }
  [[nodiscard]] Vector<Change> changes() && { return *changes_; }

 private:
  detail::Handle<const Vector<Change>> changes_;
};

}  // namespace kplane
