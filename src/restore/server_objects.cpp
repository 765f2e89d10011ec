#include "restore/server_objects.hpp"

#include <string_view>

#include "session/system_namespace.hpp"

namespace kplane::detail {

namespace {

bool has(const Object& object, std::string_view pointer) { return object.get<std::string_view>(pointer).has_value(); }

bool begins_with(std::string_view text, std::string_view begin) { return text.substr(0, begin.size()) == begin; }

/// The service by which pods would reach the server, and its endpoints.
bool is_kubernetes_service(const Object& object) { return object.ns() == "default" && object.name() == "kubernetes"; }

bool is_server_config_map(const Object& object) {
  return object.ns() == "kube-system" &&
         (begins_with(object.name(), "extension-apiserver-") || begins_with(object.name(), "kube-apiserver-"));
}

ObjectOwner owner_of_core(std::string_view plural, const Object& object) {
  if (plural == "namespaces") return is_system_namespace(object.name()) ? ObjectOwner::bootstrap : ObjectOwner::user;
  if (plural == "services") return is_kubernetes_service(object) ? ObjectOwner::bootstrap : ObjectOwner::user;
  if (plural == "endpoints") return is_kubernetes_service(object) ? ObjectOwner::server : ObjectOwner::user;
  if (plural == "configmaps") return is_server_config_map(object) ? ObjectOwner::server : ObjectOwner::user;
  return ObjectOwner::user;
}

bool is_maintained(std::string_view group, std::string_view plural, const Object& object) {
  if (group == "apiregistration.k8s.io")
    return has(object, "/metadata/labels/kube-aggregator.kubernetes.io~1automanaged");
  if (group == "discovery.k8s.io") return is_kubernetes_service(object);
  if (plural == "ipaddresses") {
    return object.get<std::string_view>("/metadata/labels/ipaddress.kubernetes.io~1managed-by") == "ipallocator.k8s.io";
  }
  if (plural == "leases") return has(object, "/metadata/labels/apiserver.kubernetes.io~1identity");
  // The definition of the Fleet type is the server's, in the root plane (contract §5).
  return plural == "customresourcedefinitions" && object.get<std::string_view>("/spec/group") == "kplane.dev";
}

}  // namespace

ObjectOwner owner_of(const SnapshotResource& type, const Object& object) {
  if (type.group.empty()) return owner_of_core(type.resource, object);
  if (is_maintained(type.group, type.resource, object)) return ObjectOwner::server;
  const bool is_bootstrap = has(object, "/metadata/labels/kubernetes.io~1bootstrapping") ||
                            has(object, "/metadata/annotations/apf.kubernetes.io~1autoupdate-spec") ||
                            // Kubernetes keeps this prefix for its own: nobody else can create such a class.
                            (type.resource == "priorityclasses" && begins_with(object.name(), "system-")) ||
                            (type.resource == "servicecidrs" && object.name() == "kubernetes");
  return is_bootstrap ? ObjectOwner::bootstrap : ObjectOwner::user;
}

}  // namespace kplane::detail
