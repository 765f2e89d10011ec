#include "resource/served_types.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/excerpt.hpp"
#include "codec/object_list.hpp"
#include "resource/resource_path.hpp"
#include "resource/resource_request.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

constexpr const char* aggregated_or_plain =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

bool is_rbac(const codec::ServedType& type) noexcept {
  return api_group_of(type.api_version) == "rbac.authorization.k8s.io";
}

/// A 404 from Kubernetes itself: one without a reason comes from a proxy or a wrong base path.
bool is_not_found_status(const Error& error) noexcept {
  const auto* missing = dynamic_cast<const NotFound*>(&error);
  return missing != nullptr && !missing->reason().empty();
}

// Names from discovery become part of the paths of deletes. Skipping an invalid one would finalize a namespace that is
// not empty.
void check_served_name(bool is_one, const char* what, std::string_view name) {
  if (!is_one) throw DecodeError(std::string("discovery names ") + excerpt(name) + ", which is not a valid " + what, 0);
}

ListCursor cursor_of_definitions(const PlaneEndpoint& endpoint) {
  ListCursor cursor = list_cursor(endpoint, {"apiextensions.k8s.io/v1", "customresourcedefinitions"}, {});
  cursor.limit_bytes(endpoint.core->options().max_response_bytes);
  return cursor;
}

}  // namespace

// Other groups in .k8s.io are defined by CustomResourceDefinitions, such as snapshot.storage.k8s.io.
bool is_built_in(std::string_view api_version) noexcept {
  constexpr std::array<std::string_view, 18> with_a_dot = {"admissionregistration.k8s.io",
                                                           "apiextensions.k8s.io",
                                                           "apiregistration.k8s.io",
                                                           "authentication.k8s.io",
                                                           "authorization.k8s.io",
                                                           "certificates.k8s.io",
                                                           "coordination.k8s.io",
                                                           "discovery.k8s.io",
                                                           "events.k8s.io",
                                                           "flowcontrol.apiserver.k8s.io",
                                                           "internal.apiserver.k8s.io",
                                                           "networking.k8s.io",
                                                           "node.k8s.io",
                                                           "rbac.authorization.k8s.io",
                                                           "resource.k8s.io",
                                                           "scheduling.k8s.io",
                                                           "storage.k8s.io",
                                                           "storagemigration.k8s.io"};
  const std::string_view group = api_group_of(api_version);
  return group.find('.') == std::string_view::npos ||
         std::find(with_a_dot.begin(), with_a_dot.end(), group) != with_a_dot.end();
}

ServedTypes::ServedTypes(const PlaneEndpoint& endpoint, StopToken stop, TypeScope scope)
    : endpoint_(endpoint), stop_(std::move(stop)), scope_(scope), definitions_(cursor_of_definitions(endpoint)) {}

http::Request ServedTypes::request() const {
  if (step_ == Step::definitions) {
    ListOptions options;
    options.stop = stop_;
    return list_request(endpoint_, definitions_, options);
  }
  std::string path = step_ == Step::core ? "/api" : "/apis";
  if (step_ == Step::versions) path = group_version_path(versions_.front());
  http::Request request = make_plane_request(endpoint_, "GET", path);
  if (step_ != Step::versions) request.headers = {{"Accept", aggregated_or_plain}};
  request.stop = stop_;
  return request;
}

void ServedTypes::take(const Result<ApiResponse>& result) {
  if (!result.ok()) {
    if (!may_be_missing(*result.error())) result.error()->raise();
    if (step_ == Step::definitions) step_ = Step::end;
    if (step_ == Step::versions) versions_.pop_front();
    return go_on();
  }
  const ApiResponse& answer = result.value();
  switch (step_) {
    case Step::core:
    case Step::groups:
      take_groups(answer);
      break;
    case Step::versions:
      add(codec::decode_served_types(versions_.front(), answer.body));
      versions_.pop_front();
      break;
    case Step::definitions:
      take_definitions(answer);
      break;
    case Step::end:
      return;
  }
  go_on();
}

/// For a version that has since been removed, or a server without custom types.
bool ServedTypes::may_be_missing(const Error& error) const noexcept {
  if (step_ == Step::definitions) return is_not_found_status(error);
  if (step_ != Step::versions || is_built_in(versions_.front())) return false;
  return dynamic_cast<const NotFound*>(&error) != nullptr;
}

void ServedTypes::take_groups(const ApiResponse& answer) {
  codec::ServedGroups served = codec::decode_served_groups(answer.body);
  add(std::move(served.types));
  for (std::string& version : served.api_versions) {
    check_served_name(is_api_version(version), "API version", version);
    if (scope_ == TypeScope::namespaced || is_built_in(version)) versions_.push_back(std::move(version));
  }
  step_ = step_ == Step::core ? Step::groups : Step::versions;
}

void ServedTypes::take_definitions(const ApiResponse& answer) {
  codec::ObjectPage page = codec::decode_object_list(answer.body);
  definitions_.take_page(page.objects.size(), std::move(page.continue_token), answer.body->text().size());
  for (const Object& definition : page.objects) add(codec::types_of_definition(definition));
  if (definitions_.at_end()) step_ = Step::end;
}

// The version that discovery lists first is the server's preferred one.
void ServedTypes::add(std::vector<codec::ServedType> types) {
  for (codec::ServedType& type : types) {
    if (scope_ == TypeScope::namespaced ? !type.is_namespaced : !is_built_in(type.api_version)) continue;
    check_served_name(is_api_version(type.api_version), "API version", type.api_version);
    check_served_name(is_label(type.plural), "plural resource name", type.plural);
    if (!known_.insert(type.plural + '.' + std::string(api_group_of(type.api_version))).second) continue;
    types_.push_back(std::move(type));
  }
}

void ServedTypes::go_on() {
  if (step_ != Step::versions || !versions_.empty()) return;
  step_ = scope_ == TypeScope::built_in ? Step::end : Step::definitions;
}

std::vector<codec::ServedType> ServedTypes::take_types() {
  std::stable_partition(types_.begin(), types_.end(), [](const codec::ServedType& type) { return !is_rbac(type); });
  return std::move(types_);
}

}  // namespace kplane::detail
