// The namespaces that every plane has (contract §1 and §10).
#include "session/system_namespace.hpp"

#include <algorithm>
#include <array>

namespace kplane::detail {

namespace {

struct SystemNamespace {
  std::string_view name;
  bool is_deletable;
};

constexpr std::array<SystemNamespace, 4> system_namespaces = {{
    {"default", false},
    {"kube-system", false},
    {"kube-public", false},
    {"kube-node-lease", true},
}};

const SystemNamespace* find_system_namespace(std::string_view name) noexcept {
  const auto* const found = std::find_if(system_namespaces.begin(), system_namespaces.end(),
                                         [name](const SystemNamespace& one) { return one.name == name; });
  return found == system_namespaces.end() ? nullptr : found;
}

}  // namespace

bool is_system_namespace(std::string_view ns) noexcept { return find_system_namespace(ns) != nullptr; }

bool is_undeletable_namespace(std::string_view ns) noexcept {
  const SystemNamespace* const found = find_system_namespace(ns);
  return found != nullptr && !found->is_deletable;
}

}  // namespace kplane::detail
