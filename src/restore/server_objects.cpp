#include "restore/server_objects.hpp"

#include <string_view>

#include "base/begins_with.hpp"
#include "restore/type_name.hpp"
#include "session/system_namespace.hpp"

namespace kplane::detail {

namespace {

bool has(const Object& object, std::string_view pointer) { return object.get<std::string_view>(pointer).has_value(); }

/// The service through which pods reach the API server, and its endpoints.
bool is_kubernetes_service(const Object& object) { return object.ns() == "default" && object.name() == "kubernetes"; }

bool is_server_config_map(const Object& object) {
  return object.ns() == "kube-system" && (object.name() == "extension-apiserver-authentication" ||
                                          object.name() == "kube-apiserver-legacy-service-account-token-tracking");
}

ObjectOwner owner_of_core(std::string_view plural, const Object& object) {
  if (plural == "namespaces") return is_system_namespace(object.name()) ? ObjectOwner::bootstrap : ObjectOwner::user;
  if (plural == "services") return is_kubernetes_service(object) ? ObjectOwner::bootstrap : ObjectOwner::user;
  if (plural == "endpoints") return is_kubernetes_service(object) ? ObjectOwner::server : ObjectOwner::user;
  if (plural == "configmaps") return is_server_config_map(object) ? ObjectOwner::server : ObjectOwner::user;
  return ObjectOwner::user;
}

/// An APIService that refers to a Service of the plane was created by a user, whatever its label says.
bool is_local_api(const Object& object) {
  return has(object, "/metadata/labels/kube-aggregator.kubernetes.io~1automanaged") && !object.at("/spec/service");
}

bool is_maintained(const TypeName& type, const Object& object) {
  if (type == TypeName{"apiregistration.k8s.io", "apiservices"}) return is_local_api(object);
  if (type.group == "discovery.k8s.io") return is_kubernetes_service(object);
  if (type == TypeName{"networking.k8s.io", "ipaddresses"}) {
    return object.get<std::string_view>("/metadata/labels/ipaddress.kubernetes.io~1managed-by") == "ipallocator.k8s.io";
  }
  if (type == TypeName{"coordination.k8s.io", "leases"}) {
    return has(object, "/metadata/labels/apiserver.kubernetes.io~1identity");
  }
  // The definition of the Fleet type, in the root plane, belongs to the server (contract §5).
  return type == definition_type && object.name() == "fleets.kplane.dev";
}

/// A marker counts only on the types on which a server sets it, since anybody can set it on any object.
bool is_bootstrap(const TypeName& type, const Object& object) {
  if (type.group == rights_group) return has(object, "/metadata/labels/kubernetes.io~1bootstrapping");
  if (type.group == "flowcontrol.apiserver.k8s.io") {
    return has(object, "/metadata/annotations/apf.kubernetes.io~1autoupdate-spec");
  }
  // Kubernetes reserves this prefix: users cannot create such a class.
  if (type == TypeName{"scheduling.k8s.io", "priorityclasses"}) return begins_with(object.name(), "system-");
  return type == TypeName{"networking.k8s.io", "servicecidrs"} && object.name() == "kubernetes";
}

}  // namespace

ObjectOwner owner_of(const SnapshotResource& type, const Object& object) {
  if (type.group.empty()) return owner_of_core(type.resource, object);
  const TypeName name{type.group, type.resource};
  if (is_maintained(name, object)) return ObjectOwner::server;
  return is_bootstrap(name, object) ? ObjectOwner::bootstrap : ObjectOwner::user;
}

}  // namespace kplane::detail
