// Removes an object that is only marked for deletion.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/backoff.hpp"
#include "cleanup/cleanup.hpp"
#include "resource/resource_path.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// The lingering object.
struct LingeringObject {
  std::string name;
  std::string uid;  ///< empty: unknown
  bool goes_with_its_type =
      false;  ///< its type is being removed too: once that is no longer served, the object is gone
};

/// Gives controllers their time; then ends a pod's grace period and clears the finalizers that the policy allows. A
/// CustomResourceDefinition is removed by the server itself, with a delay: it is only waited for.
class LingeringCleanup final : public Cleanup {
 public:
  /// @param forced_from when the controllers' time ends
  LingeringCleanup(const PlaneEndpoint& endpoint, ResourcePath path, LingeringObject object,
                   const CleanupPolicy& policy, TimePoint forced_from, StopToken stop);

  [[nodiscard]] http::Request request() const override;
  [[nodiscard]] std::optional<Milliseconds> take(const Result<ApiResponse>& result) override;
  [[nodiscard]] std::string progress() const override;
  [[nodiscard]] bool existed() const noexcept override { return true; }
  [[nodiscard]] bool gone() const noexcept override { return gone_; }
  [[nodiscard]] const ErrorPtr& error() const noexcept override { return error_; }
  [[nodiscard]] std::vector<HeldObject> held() const override;

 private:
  using Next = std::optional<Milliseconds>;
  enum class Step { look, remove, release };

  [[nodiscard]] bool tells_that_it_is_gone(const Error& error) const noexcept;
  [[nodiscard]] Next take_look(const ApiResponse& answer);
  [[nodiscard]] Next force();

  const PlaneEndpoint& endpoint_;
  const ResourcePath path_;
  const std::string name_;
  const std::string uid_;
  const bool goes_with_its_type_;
  const CleanupPolicy policy_;
  const TimePoint forced_from_;
  const StopToken stop_;
  Step step_ = Step::look;
  std::optional<Object> object_;  // as it was last seen
  Backoff looks_;
  bool was_removed_ = false;  // without a grace period
  int releases_ = 0;
  bool gone_ = false;
  ErrorPtr error_;
};

}  // namespace kplane::detail
