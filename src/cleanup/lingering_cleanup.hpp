// LingeringCleanup: removes an object that is only marked for deletion.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/backoff.hpp"
#include "cleanup/cleanup.hpp"
#include "resource/resource_path.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// Which object of a type lingers.
struct LingeringObject {
  std::string name;
  std::string uid;                  ///< empty: not known
  bool goes_with_its_type = false;  ///< its type is removed too: where that is not served any more, the object is gone
};

/// Leaves the controllers their time; then ends the grace period of a pod, and clears the finalizers that the policy
/// gives free. A CustomResourceDefinition is the server's own to remove, which takes it a moment: it is only waited
/// for.
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
