// Discovery of a whole plane.
#include "served_types.hpp"

#include <algorithm>
#include <utility>

#include "codec/object_list.hpp"
#include "resource_path.hpp"
#include "resource_request.hpp"

namespace kplane::detail {

namespace {

constexpr const char* aggregated_or_plain =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

std::string api_group_of(const codec::NamespacedType& type) {
  const std::size_t slash = type.api_version.find('/');
  return slash == std::string::npos ? std::string() : type.api_version.substr(0, slash);
}

bool is_rbac(const codec::NamespacedType& type) { return api_group_of(type) == "rbac.authorization.k8s.io"; }

ListCursor cursor_of_definitions(const PlaneTarget& target) {
  return list_cursor(target, {"apiextensions.k8s.io/v1", "customresourcedefinitions"}, {});
}

}  // namespace

ServedTypes::ServedTypes(const PlaneTarget& target, StopToken stop)
    : target_(target), stop_(std::move(stop)), definitions_(cursor_of_definitions(target)) {}

http::Request ServedTypes::request() const {
  if (step_ == Step::definitions) {
    ListOptions options;
    options.stop = stop_;
    return list_request(target_, definitions_, options);
  }
  std::string path = step_ == Step::core ? "/api" : "/apis";
  if (step_ == Step::versions) path = group_version_path(versions_.front());
  http::Request request = make_plane_request(target_, "GET", path);
  if (step_ != Step::versions) request.headers = {{"Accept", aggregated_or_plain}};
  request.stop = stop_;
  return request;
}

void ServedTypes::take(const AnswerOrError& judged) {
  if (const auto* error = std::get_if<std::shared_ptr<const Error>>(&judged)) {
    // A version that went since it was named, or a server without custom types.
    const bool is_optional = step_ == Step::versions || step_ == Step::definitions;
    if (!is_optional || dynamic_cast<const NotFound*>(error->get()) == nullptr) (*error)->raise();
    if (step_ == Step::definitions) step_ = Step::end;
    if (step_ == Step::versions) versions_.pop_front();
    return go_on();
  }
  const auto& answer = std::get<Answer>(judged);
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

void ServedTypes::take_groups(const Answer& answer) {
  codec::ServedGroups served = codec::decode_served_groups(answer.body);
  add(std::move(served.types));
  for (std::string& version : served.api_versions) versions_.push_back(std::move(version));
  step_ = step_ == Step::core ? Step::groups : Step::versions;
}

void ServedTypes::take_definitions(const Answer& answer) {
  codec::ObjectPage page = codec::decode_object_list(answer.body);
  definitions_.take_page(page.objects.size(), std::move(page.continue_token));
  for (const Object& definition : page.objects) add(codec::types_of_definition(definition));
  if (definitions_.at_end()) step_ = Step::end;
}

// A version that discovery names first is the one that the server likes best.
void ServedTypes::add(std::vector<codec::NamespacedType> types) {
  for (codec::NamespacedType& type : types) {
    if (!known_.insert(type.plural + '.' + api_group_of(type)).second) continue;
    types_.push_back(std::move(type));
  }
}

void ServedTypes::go_on() {
  if (step_ == Step::versions && versions_.empty()) step_ = Step::definitions;
}

std::vector<codec::NamespacedType> ServedTypes::take_types() {
  std::stable_partition(types_.begin(), types_.end(), [](const codec::NamespacedType& type) { return !is_rbac(type); });
  return std::move(types_);
}

}  // namespace kplane::detail
