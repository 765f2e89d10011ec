#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <kplane/error.hpp>
#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/object.hpp>
#include <kplane/plane.hpp>

namespace kplane {

/// The object that Client::wait_for() waits for in each plane.
struct WaitTarget {
  std::string api_version{};  ///< such as `v1` or `apps/v1`
  std::string plural{};       ///< such as `configmaps`
  std::string ns{};           ///< the object's namespace; empty: a cluster-scoped type
  std::string name{};         ///< the object's name
};

/// One plane's part of Client::wait_for(): the object for which the condition held, or the error that occurred instead,
/// such as a TimeoutError. An error affects only its own plane.
///
/// Thread safety: immutable.
/// Cost: copying is a few reference counts.
class KPLANE_API WaitResult {
 public:
  /// The result of a plane in which the condition held. @param object nullopt: for an absent object
  WaitResult(Plane plane, std::optional<Object> object);
  /// The result of a plane in which it did not.
  WaitResult(Plane plane, std::shared_ptr<const Error> error);

  /// The plane.
  [[nodiscard]] const Plane& plane() const& noexcept { return plane_; }
  [[nodiscard]] Plane plane() && { return plane_; }
  /// The plane's ID.
  [[nodiscard]] const std::string& cluster() const& noexcept { return plane_.cluster(); }
  [[nodiscard]] std::string cluster() && { return plane_.cluster(); }

  /// Whether the condition held.
  [[nodiscard]] explicit operator bool() const noexcept { return !error_; }

  /// The object for which it held; nullopt if it held for an absent object.
  /// @throws the plane's own error when the condition did not hold
  [[nodiscard]] const std::optional<Object>& object() const&;
  [[nodiscard]] std::optional<Object> object() &&;

  /// Why it did not hold. `error().raise()` throws it as its own type.
  /// @throws std::logic_error when it did
  [[nodiscard]] const Error& error() const&;
  const Error& error() const&& = delete;

  /// Throws the error, if there is one, as its own type.
  void raise_if_failed() const;

 private:
  Plane plane_;
  std::optional<Object> object_;
  detail::Handle<const Error> error_;  // none: the condition held
};

/// Called when the wait in a plane is over.
using WaitFunction = std::function<void(const WaitResult& result)>;

}  // namespace kplane
