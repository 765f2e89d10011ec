// The removal of an object of a set that takes more than one request.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cleanup/cleanup.hpp"
#include "cleanup/namespace_cleanup.hpp"
#include "manifest/manifest_cursor.hpp"
#include "manifest/manifest_plan.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// One cleanup at a time: of a namespace or of a lingering object. The plane's types are discovered once, for all
/// namespaces.
class ManifestCleanup {
 public:
  /// The endpoint and the plan must outlive this.
  ManifestCleanup(const PlaneEndpoint& endpoint, const ManifestPlan& plan) noexcept
      : endpoint_(endpoint), plan_(plan) {}

  void begin_namespace(const std::string& name);
  /// @param path of the object's collection
  void begin_lingering(const ResourcePath& path, const LingeringManifest& object);
  void end() noexcept;

  [[nodiscard]] bool is_active() const noexcept { return cleanup_ != nullptr; }
  // Only while active:
  [[nodiscard]] bool is_of_namespace() const noexcept { return namespace_ != nullptr; }
  /// As Cleanup::take().
  [[nodiscard]] std::optional<Milliseconds> take(const Result<ApiResponse>& result);
  [[nodiscard]] const Cleanup& get() const noexcept { return *cleanup_; }

 private:
  [[nodiscard]] CleanupPolicy policy() const noexcept {
    return {plan_.options.controller_wait, plan_.options.finalizers};
  }

  const PlaneEndpoint& endpoint_;
  const ManifestPlan& plan_;
  std::unique_ptr<Cleanup> cleanup_;
  NamespaceCleanup* namespace_ = nullptr;  // the same, where it is of a namespace
  KnownTypes known_types_;
};

}  // namespace kplane::detail
