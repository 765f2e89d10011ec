#include <kplane/openapi.hpp>

#include "openapi/openapi_document.hpp"
#include "yaml/yaml.hpp"

namespace kplane::openapi {

std::string_view spec_yaml() noexcept {
  return {reinterpret_cast<const char*>(detail::kDocument), detail::kDocumentSize};
}

std::string spec_json() { return yaml::yaml_to_json(spec_yaml()); }

}  // namespace kplane::openapi
