// The group and plural of a type. The plural alone is ambiguous: a CustomResourceDefinition may use any.
#pragma once

#include <string_view>

#include "codec/discovery_documents.hpp"
#include "resource/resource_path.hpp"

namespace kplane::detail {

struct TypeName {
  std::string_view group;
  std::string_view plural;

  friend constexpr bool operator==(const TypeName& a, const TypeName& b) noexcept {
    return a.group == b.group && a.plural == b.plural;
  }
};

constexpr TypeName namespace_type{"", "namespaces"};
constexpr TypeName definition_type{"apiextensions.k8s.io", "customresourcedefinitions"};
constexpr std::string_view rights_group = "rbac.authorization.k8s.io";

/// Valid as long as its argument.
[[nodiscard]] inline TypeName type_name_of(const codec::ServedType& type) noexcept {
  return {api_group_of(type.api_version), type.plural};
}
[[nodiscard]] inline TypeName type_name_of(const ResourcePath& path) noexcept {
  return {api_group_of(path.api_version), path.plural};
}

}  // namespace kplane::detail
