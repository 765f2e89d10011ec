// One group-version at a time: `GET /api/v1`, `GET /apis/apps/v1`.
#include "discovery.hpp"

#include <algorithm>
#include <utility>

#include "codec/excerpt.hpp"
#include "expected_answer.hpp"
#include "resource_request.hpp"
#include "validation.hpp"

namespace kplane::detail {

namespace {

/// What the plane says now; nullptr when it does not know the group-version.
std::shared_ptr<const ApiTypes> ask(const PlaneTarget& target, std::string_view api_version) {
  const AnswerOrError judged = try_send(target.core->transport(), discovery_request(target, api_version));
  if (const auto* answer = std::get_if<Answer>(&judged)) return take_discovery(target, api_version, *answer);
  const Error& error = *std::get<std::shared_ptr<const Error>>(judged);
  if (dynamic_cast<const NotFound*>(&error) == nullptr) error.raise();
  target.core->discovery().forget(target.cluster, api_version);
  return nullptr;
}

}  // namespace

http::Request discovery_request(const PlaneTarget& target, std::string_view api_version) {
  return make_plane_request(target, "GET", group_version_path(api_version));
}

std::shared_ptr<const ApiTypes> take_discovery(const PlaneTarget& target, std::string_view api_version,
                                               const Answer& answer) {
  ApiTypes types = codec::decode_api_resources(answer.body);
  check_is_discovery(answer, api_version);
  const auto has_no_path = [](const codec::ApiResource& type) { return !is_label(type.plural); };
  types.erase(std::remove_if(types.begin(), types.end(), has_no_path), types.end());
  return target.core->discovery().remember(target.cluster, api_version, std::move(types));
}

std::shared_ptr<const Error> kind_not_served(const PlaneTarget& target, std::string_view api_version,
                                             std::string_view kind, const std::string& why) {
  ApiError::Info info;
  info.status = 404;
  info.message = "plane " + target.cluster + " does not serve kind " + codec::excerpt(kind) + " of " +
                 std::string(api_version) + why;
  info.method = "GET";
  info.url = target.base_url + group_version_path(api_version);
  return std::make_shared<NotFound>(std::move(info));
}

ResourcePath path_of_kind(const PlaneTarget& target, std::string_view api_version, std::string_view kind) {
  check_api_version(api_version);
  std::shared_ptr<const ApiTypes> types = target.core->discovery().find(target.cluster, api_version);
  if (!types || find_kind(*types, kind) == nullptr) types = ask(target, api_version);
  const codec::ApiResource* type = types ? find_kind(*types, kind) : nullptr;
  if (type == nullptr) kind_not_served(target, api_version, kind)->raise();
  return make_resource_path(api_version, type->plural);
}

}  // namespace kplane::detail
