// Access to the internals of a Resource, and sending its requests.
#pragma once

#include <memory>
#include <utility>

#include <kplane/resource.hpp>

#include "resource/resource_path.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

struct ResourceAccess {
  static Resource make(std::shared_ptr<const PlaneEndpoint> endpoint, ResourcePath path) {
    return {std::move(endpoint), std::make_shared<const ResourcePath>(std::move(path))};
  }
  static const std::shared_ptr<const PlaneEndpoint>& endpoint(const Resource& resource) noexcept {
    return resource.endpoint_;
  }
  static const ResourcePath& path(const Resource& resource) noexcept { return *resource.path_; }
};

/// Sends a request for an object of this API version; see send_past_bootstrap(). If the plane does not serve it, what
/// is cached for that version is dropped.
[[nodiscard]] Result<ApiResponse> ask_resource(const PlaneEndpoint& endpoint, const std::string& api_version,
                                               http::Request request);
/// The same. @throws TransportError, ApiError
[[nodiscard]] ApiResponse ask_resource_or_throw(const PlaneEndpoint& endpoint, const std::string& api_version,
                                                http::Request request);

}  // namespace kplane::detail
