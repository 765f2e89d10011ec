// One group-version at a time: `GET /api/v1`, `GET /apis/apps/v1`.
#include "resource/discovery.hpp"

#include <algorithm>
#include <utility>

#include "base/excerpt.hpp"
#include "resource/expected_answer.hpp"
#include "resource/resource_request.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

http::Request discovery_request(const PlaneEndpoint& endpoint, std::string_view api_version) {
  return make_plane_request(endpoint, "GET", group_version_path(api_version));
}

std::shared_ptr<const ApiTypes> take_discovery(const PlaneEndpoint& endpoint, std::string_view api_version,
                                               const ApiResponse& answer) {
  ApiTypes types = codec::decode_api_resources(answer.body);
  check_is_discovery(answer, api_version);
  const auto has_no_path = [](const codec::ApiResource& type) { return !is_label(type.plural); };
  types.erase(std::remove_if(types.begin(), types.end(), has_no_path), types.end());
  return endpoint.core->discovery().remember(endpoint.cluster, api_version, std::move(types));
}

std::shared_ptr<const Error> kind_not_served(const PlaneEndpoint& endpoint, std::string_view api_version,
                                             std::string_view kind, const std::string& why) {
  ApiError::Info info;
  info.status = 404;
  info.message =
      "plane " + endpoint.cluster + " does not serve kind " + excerpt(kind) + " of " + std::string(api_version) + why;
  info.method = "GET";
  info.url = endpoint.base_url + group_version_path(api_version);
  return std::make_shared<NotFound>(std::move(info));
}

std::shared_ptr<const ApiTypes> ask_types(const PlaneEndpoint& endpoint, std::string_view api_version,
                                          http::Request request) {
  const Result<ApiResponse> result = try_send(endpoint.core->transport(), std::move(request));
  if (result.ok()) return take_discovery(endpoint, api_version, result.value());
  if (dynamic_cast<const NotFound*>(result.error().get()) == nullptr) result.error()->raise();
  endpoint.core->discovery().forget(endpoint.cluster, api_version);
  return nullptr;
}

ResourcePath path_of_kind(const PlaneEndpoint& endpoint, std::string_view api_version, std::string_view kind) {
  check_api_version(api_version);
  std::shared_ptr<const ApiTypes> types = endpoint.core->discovery().find(endpoint.cluster, api_version);
  if (!types || find_kind(*types, kind) == nullptr) {
    types = ask_types(endpoint, api_version, discovery_request(endpoint, api_version));
  }
  const codec::ApiResource* type = types ? find_kind(*types, kind) : nullptr;
  if (type == nullptr) kind_not_served(endpoint, api_version, kind)->raise();
  return make_resource_path(api_version, type->plural);
}

}  // namespace kplane::detail
