// What is left of an object that was moved from: the rule of this library, and what makes it hold.
//
// - Handles (Client, Plane, Resource, Fleet, Response, AgentKubeconfig, StopSource, StopToken), ManifestResults, errors
//   and Object are whole after they were moved from: a move of these is a copy, which is a reference count and cannot
//   fail.
// - What owns something that must not be owned twice (EphemeralFleet, ScopedAgentKubeconfig) gives the ownership up,
// and
//   stays an ordinary handle.
// - What can only be there once throws std::logic_error when it is asked for: an ObjectList that was moved from, and a
//   StateResult whose snapshot was moved away.
// - Plain values (Snapshot, Manifests, options, the structs) are what the standard library makes of their members:
//   valid, and mostly empty.
#pragma once

#include <memory>
#include <utility>

namespace kplane::detail {

/// A std::shared_ptr that a move leaves as it was, so that whatever has one as a member is whole after it was moved
/// from.
template <class T>
class Handle {
 public:
  Handle() noexcept = default;
  Handle(std::shared_ptr<T> shared) noexcept  // NOLINT(google-explicit-constructor): it is one
      : shared_(std::move(shared)) {}
  Handle(const Handle&) noexcept = default;
  Handle& operator=(const Handle&) noexcept = default;
  ~Handle() = default;

  [[nodiscard]] T& operator*() const noexcept { return *shared_; }
  [[nodiscard]] T* operator->() const noexcept { return shared_.get(); }
  [[nodiscard]] explicit operator bool() const noexcept { return shared_ != nullptr; }
  operator const std::shared_ptr<T>&() const noexcept { return shared_; }  // NOLINT(google-explicit-constructor)

 private:
  std::shared_ptr<T> shared_;
};

}  // namespace kplane::detail
