#include "local_server/schema/bindings.hpp"

namespace kplane::testing::server {

bool is_binding(const ResourceType& type) {
  return type.group == kRbacApiGroup && (type.resource == "rolebindings" || type.resource == "clusterrolebindings");
}

}  // namespace kplane::testing::server
