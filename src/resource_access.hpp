// The way into a Resource, and sending its requests.
#pragma once

#include <memory>
#include <utility>

#include <kplane/resource.hpp>

#include "answer.hpp"
#include "client_core.hpp"
#include "resource_path.hpp"

namespace kplane::detail {

struct ResourceAccess {
  static Resource make(std::shared_ptr<const PlaneTarget> target, ResourcePath path) {
    return {std::move(target), std::make_shared<const ResourcePath>(std::move(path))};
  }
  static const std::shared_ptr<const PlaneTarget>& target(const Resource& resource) noexcept {
    return resource.target_;
  }
  static const ResourcePath& path(const Resource& resource) noexcept { return *resource.path_; }
};

/// Sends a request for something of this API version; see send_past_bootstrap(). When the plane does not serve it, what
/// is remembered of that version is forgotten.
[[nodiscard]] AnswerOrError ask_resource(const PlaneTarget& target, const std::string& api_version,
                                         http::Request request);
/// The same. @throws TransportError, ApiError
[[nodiscard]] Answer ask_resource_or_throw(const PlaneTarget& target, const std::string& api_version,
                                           http::Request request);

}  // namespace kplane::detail
