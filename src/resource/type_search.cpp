#include "resource/type_search.hpp"

#include <algorithm>
#include <utility>

#include <kplane/error.hpp>

#include "base/excerpt.hpp"
#include "codec/object_list.hpp"
#include "resource/expected_answer.hpp"
#include "resource/resource_request.hpp"
#include "resource/served_types.hpp"
#include "session/api_response.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

[[noreturn]] void raise_unknown(const PlaneEndpoint& endpoint, std::string_view group, std::string_view plural,
                                const std::string& path) {
  ApiError::Info info;
  info.status = 404;
  info.message = "plane " + endpoint.cluster + " does not serve type " + excerpt(plural) +
                 (group.empty() ? std::string() : " of group " + excerpt(group));
  info.method = "GET";
  info.url = endpoint.base_url + path;
  throw NotFound(std::move(info));
}

}  // namespace

const codec::ServedType* find_type(const TypeList& types, std::string_view group, std::string_view plural) noexcept {
  const auto found = std::find_if(types.begin(), types.end(), [&](const codec::ServedType& type) {
    return type.plural == plural && api_group_of(type.api_version) == group;
  });
  return found == types.end() ? nullptr : &*found;
}

std::shared_ptr<const TypeList> built_in_types(const PlaneEndpoint& endpoint, const StopToken& stop,
                                               TimePoint deadline) {
  ClientCore& core = *endpoint.core;
  if (auto known = core.server_facts().types()) return known;
  ServedTypes types(endpoint, stop, TypeScope::built_in);
  while (!types.at_end()) {
    http::Request request = types.request();
    request.deadline = std::min(request.deadline, deadline);
    types.take(without_failure(try_send(core.transport(), std::move(request))));
  }
  return core.server_facts().remember_types(types.take_types());
}

codec::ServedType search_type(const PlaneEndpoint& endpoint, std::string_view group, std::string_view plural) {
  check_plural(plural);
  const auto known = built_in_types(endpoint);
  if (const codec::ServedType* type = find_type(*known, group, plural)) return *type;
  const ResourcePath definitions{"apiextensions.k8s.io/v1", "customresourcedefinitions"};
  const std::string name = std::string(plural) + '.' + std::string(group);
  if (group.empty()) raise_unknown(endpoint, group, plural, "/api/v1");
  const Result<ApiResponse> answer =
      without_failure(try_send(endpoint.core->transport(), get_request(endpoint, definitions, name, {})));
  if (!answer.ok() && is_absent(*answer.error())) {
    raise_unknown(endpoint, group, plural, object_path(definitions, name));
  }
  const Object definition = codec::decode_object(answer.value_or_raise().body);
  check_is_object(definition, definitions, name);
  std::vector<codec::ServedType> types = codec::types_of_definition(definition);
  if (types.empty()) raise_unknown(endpoint, group, plural, object_path(definitions, name));
  return std::move(types.front());
}

http::Request version_request(const PlaneEndpoint& endpoint) { return make_plane_request(endpoint, "GET", "/version"); }

std::string take_version(const PlaneEndpoint& endpoint, const std::shared_ptr<const Document>& body) {
  auto version = codec::decode_object(body).get<std::string>("/gitVersion");
  if (!version || version->empty()) throw DecodeError(body->origin() + ": the answer has no gitVersion", 0);
  endpoint.core->server_facts().remember_version(*version);
  return *std::move(version);
}

std::string server_version(const PlaneEndpoint& endpoint, const StopToken& stop) {
  std::string known = endpoint.core->server_facts().version();
  if (!known.empty()) return known;
  http::Request request = version_request(endpoint);
  request.stop = stop;
  return take_version(endpoint, send(endpoint.core->transport(), std::move(request)).body);
}

}  // namespace kplane::detail
