#include "manifest/definition_wait.hpp"

#include <algorithm>
#include <string_view>

#include "codec/object_list.hpp"
#include "resource/expected_answer.hpp"
#include "resource/resource_request.hpp"

namespace kplane::detail {

namespace {

ResourcePath definitions_path() { return {"apiextensions.k8s.io/v1", "customresourcedefinitions"}; }

bool has_condition(const Object& definition, std::string_view type, std::string_view status) {
  const std::vector<Object> conditions = definition.elements("/status/conditions");
  return std::any_of(conditions.begin(), conditions.end(), [&](const Object& condition) {
    return condition.get<std::string_view>("/type") == type && condition.get<std::string_view>("/status") == status;
  });
}

}  // namespace

bool is_established(const Object& definition) { return has_condition(definition, "Established", "True"); }

DefinitionState definition_state(const Object& definition) {
  if (has_condition(definition, "NamesAccepted", "False")) return DefinitionState::names_refused;
  return is_established(definition) ? DefinitionState::established : DefinitionState::pending;
}

http::Request DefinitionWait::request() const {
  GetOptions options;
  options.stop = plan_.options.stop;
  return get_request(endpoint_, definitions_path(), manifest().name, options);
}

DefinitionState DefinitionWait::take(const ApiResponse& answer) const {
  const Object definition = codec::decode_object(answer.body);
  check_is_object(definition, definitions_path(), manifest().name);
  return definition_state(definition);
}

}  // namespace kplane::detail
