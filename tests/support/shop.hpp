// A shop in a plane, and what an agent may do to it: for tests of episodes.
#pragma once

#include <chrono>
#include <string>

#include <kplane/kplane.hpp>

namespace kplane::tests {

inline constexpr const char* shop_yaml = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: web}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things, singular: thing}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {color: green, size: "7"}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, namespace: shop, finalizers: [x.io/held]}, data: {a: b}}
---
{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: shop}, stringData: {password: open-sesame}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "web:1"}]}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: default, namespace: shop}]
---
{apiVersion: v1, kind: Pod, metadata: {name: web-0, namespace: shop, labels: {app: web}}, spec: {nodeName: n1, containers: [{name: c, image: "web:1"}]}}
---
{apiVersion: example.com/v1, kind: Thing, metadata: {name: odd, namespace: shop}, spec: {shape: round}}
)";

inline std::string pod(const std::string& name) {
  return R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":")" + name +
         R"("},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}]}})";
}

inline std::string map_of(const std::string& name, const std::string& finalizer = {}) {
  const std::string finalizers = finalizer.empty() ? "" : R"(,"finalizers":[")" + finalizer + "\"]";
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + '"' + finalizers +
         R"(},"data":{"x":"y"}})";
}

[[nodiscard]] inline Resource core(const Plane& plane, const char* plural) {
  return plane.resource("v1", plural).in("shop");
}
[[nodiscard]] inline Resource deployments(const Plane& plane) {
  return plane.resource("apps/v1", "deployments").in("shop");
}
[[nodiscard]] inline Resource things(const Plane& plane) {
  return plane.resource("example.com/v1", "things").in("shop");
}

/// A shop, with status that a kubelet and controllers would have written.
inline void build_shop(const Plane& plane) {
  plane.apply(Manifests::from_yaml(shop_yaml)).raise_if_failed();
  const Resource status = deployments(plane).subresource("status");
  status.patch("web", PatchType::merge, R"({"status":{"replicas":3,"readyReplicas":3,"observedGeneration":1}})");
  core(plane, "pods").subresource("status").patch("web-0", PatchType::merge, R"({"status":{"phase":"Running"}})");
  things(plane).subresource("status").patch("odd", PatchType::merge, R"({"status":{"rolls":true}})");
}

/// Four actions of a usual kind.
inline void play(const Plane& plane) {
  deployments(plane).scale("web", 9);
  core(plane, "configmaps").remove("settings");
  core(plane, "services").patch("web", PatchType::merge, R"({"spec":{"selector":{"app":"other"}}})");
  core(plane, "configmaps").create(map_of("left-behind"));
}

/// One of everything that does not go away by itself, or does not come back.
inline void ravage(const Plane& plane) {
  play(plane);
  PatchOptions agent;
  agent.field_manager = "agent";
  agent.force = true;
  deployments(plane).apply(
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"by":"agent"}},)"
      R"("spec":{"replicas":5,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},)"
      R"("spec":{"containers":[{"name":"c","image":"web:2"},{"name":"spy","image":"s"}]}}}})",
      agent);
  deployments(plane).subresource("status").patch("web", PatchType::merge, R"({"status":{"readyReplicas":0}})");
  core(plane, "pods").remove("web-0", {Propagation::background, std::chrono::seconds{0}});
  core(plane, "pods").create(pod("intruder"));
  core(plane, "pods").remove("intruder");  // and it stays, for 30 s that nobody counts
  core(plane, "configmaps").create(map_of("stuck", "x.io/agent"));
  core(plane, "configmaps").remove("kept");  // and it stays, for its finalizer
  core(plane, "secrets").remove("key");
  DeleteOptions foreground;
  foreground.propagation = Propagation::foreground;
  core(plane, "services").remove("web", foreground);
  plane.resource("rbac.authorization.k8s.io/v1", "roles").in("shop").remove("reader");
  plane.resource("rbac.authorization.k8s.io/v1", "clusterroles").remove("view");
  plane.resource("rbac.authorization.k8s.io/v1", "clusterrolebindings").remove("system:basic-user");
  plane.resource("v1", "namespaces").create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"lair"}})");
  plane.resource("v1", "configmaps").in("lair").create(map_of("hoard", "x.io/agent"));
  things(plane).create(
      R"({"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"new","finalizers":["x.io/a"]}})");
  things(plane).patch("odd", PatchType::merge, R"({"spec":{"shape":"flat"},"status":{"rolls":false}})");
}

}  // namespace kplane::tests
