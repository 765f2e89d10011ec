// The names by which people ask for built-in types.
#include "local_server/base/type_names.hpp"

#include <algorithm>
#include <iterator>

#include "local_server/base/characters.hpp"

namespace kplane::testing::server {
namespace {

struct Names {
  std::string_view group{};
  std::string_view resource{};
  std::vector<std::string> short_names{};
  bool in_all = false;  ///< belongs to the category `all`
};

const std::vector<Names>& names_table() {
  constexpr bool kInAll = true;
  static const std::vector<Names> table = {
      {"", "configmaps", {"cm"}},
      {"", "endpoints", {"ep"}},
      {"", "events", {"ev"}},
      {"", "limitranges", {"limits"}},
      {"", "namespaces", {"ns"}},
      {"", "nodes", {"no"}},
      {"", "persistentvolumeclaims", {"pvc"}},
      {"", "persistentvolumes", {"pv"}},
      {"", "pods", {"po"}, kInAll},
      {"", "replicationcontrollers", {"rc"}, kInAll},
      {"", "resourcequotas", {"quota"}},
      {"", "serviceaccounts", {"sa"}},
      {"", "services", {"svc"}, kInAll},
      {"apps", "daemonsets", {"ds"}, kInAll},
      {"apps", "deployments", {"deploy"}, kInAll},
      {"apps", "replicasets", {"rs"}, kInAll},
      {"apps", "statefulsets", {"sts"}, kInAll},
      {"autoscaling", "horizontalpodautoscalers", {"hpa"}, kInAll},
      {"batch", "cronjobs", {"cj"}, kInAll},
      {"batch", "jobs", {}, kInAll},
      {"certificates.k8s.io", "certificatesigningrequests", {"csr"}},
      {"events.k8s.io", "events", {"ev"}},
      {"networking.k8s.io", "ingresses", {"ing"}},
      {"networking.k8s.io", "ipaddresses", {"ip"}},
      {"networking.k8s.io", "networkpolicies", {"netpol"}},
      {"policy", "poddisruptionbudgets", {"pdb"}},
      {"scheduling.k8s.io", "priorityclasses", {"pc"}},
      {"storage.k8s.io", "storageclasses", {"sc"}},
  };
  return table;
}

bool scales(const ResourceType& type) {
  return (type.group == "apps" &&
          (type.resource == "deployments" || type.resource == "replicasets" || type.resource == "statefulsets")) ||
         type.resource == "replicationcontrollers";
}

void fill_definition_names(ResourceType& type) {
  type.short_names = {"crd", "crds"};
  type.categories = {"api-extensions"};
}

}  // namespace

void fill_names(ResourceType& type) {
  type.singular = lower_case(type.kind);
  if (scales(type)) type.scale = ScalePaths{"/spec/replicas", "/status/replicas", "/spec/selector"};
  if (type.resource == "customresourcedefinitions") fill_definition_names(type);
  const auto& table = names_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const Names& names) {
    return names.group == type.group && names.resource == type.resource;
  });
  if (found == table.end()) return;
  type.short_names = found->short_names;
  if (found->in_all) type.categories = {"all"};
}

}  // namespace kplane::testing::server
