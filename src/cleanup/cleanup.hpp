// A removal that takes several sequential requests, which the caller sends.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kplane/namespace_removal.hpp>

#include "http/message.hpp"
#include "resource/resource_path.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// How a removal treats objects that are only marked for deletion.
struct CleanupPolicy {
  Milliseconds controller_wait;  ///< how long to leave them to controllers
  FinalizerPolicy finalizers;
};

class Cleanup {
 public:
  using ErrorPtr = std::shared_ptr<const Error>;

  Cleanup() = default;
  Cleanup(const Cleanup&) = delete;
  Cleanup& operator=(const Cleanup&) = delete;
  virtual ~Cleanup() = default;

  /// The next request: the same one until its answer is taken, so that it can be retried.
  [[nodiscard]] virtual http::Request request() const = 0;
  /// Takes its answer. @return the pause before the next request; nullopt when there is none
  /// @throws DecodeError
  [[nodiscard]] virtual std::optional<Milliseconds> take(const Result<ApiResponse>& result) = 0;
  /// The progress, for the error of a cleanup that is stopped or times out.
  [[nodiscard]] virtual std::string progress() const = 0;

  // Valid when there is no next request:
  [[nodiscard]] virtual bool existed() const noexcept = 0;
  [[nodiscard]] virtual bool gone() const noexcept = 0;
  [[nodiscard]] virtual const ErrorPtr& error() const noexcept = 0;  ///< nullptr: none
  [[nodiscard]] virtual std::vector<HeldObject> held() const = 0;    ///< why it is not gone
};

/// Clears the finalizers of this version of an object. It may be sent twice: its resourceVersion makes it take effect
/// once.
[[nodiscard]] http::Request release_request(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                            const Object& object, const StopToken& stop);

/// What blocks the removal of objects, on one line.
[[nodiscard]] std::string describe(const std::vector<HeldObject>& held);

}  // namespace kplane::detail
