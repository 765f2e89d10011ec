// The state of moved-from objects in this library, and its implementation.
//
// - Handles (Client, Plane, Resource, Fleet, Response, AgentKubeconfig, StopSource, StopToken), ManifestResults, errors
//   and Object stay usable after being moved from: moving them is copying, which increments a reference count and
//   cannot fail.
// - Owners of something that must not be owned twice (EphemeralFleet, ScopedAgentKubeconfig) give up ownership and
//   remain ordinary handles.
// - Single-use objects throw std::logic_error when used: an ObjectList that was moved from, and a StateResult whose
//   snapshot was moved out.
// - Plain values (Snapshot, Manifests, options, the structs) behave as the standard library defines for their members:
//   valid, and mostly empty.
#pragma once

#include <memory>
#include <utility>

namespace kplane::detail {

/// A std::shared_ptr whose move is a copy, so that a class with such a member stays usable after a move.
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
