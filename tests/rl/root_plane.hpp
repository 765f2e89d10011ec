// What runs write into the root plane.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/kplane.hpp>

namespace kplane::tests {

inline FleetSpec of_size(std::int32_t replicas) {
  FleetSpec spec;
  spec.replicas = replicas;
  return spec;
}

inline Resource leases(const Client& client, const std::string& ns = "default") {
  return client.root_plane().resource("coordination.k8s.io/v1", "leases").in(ns);
}

inline Resource config_maps(const Plane& plane) { return plane.resource("v1", "configmaps").in("default"); }

/// A run of one plane, as a process leaves it that was killed long ago, or that a sweep has found while it hung.
inline void record_dead_run(const Client& client, const std::string& run, const std::string& plane,
                            const std::string& ns = "default") {
  const std::string metadata =
      R"("metadata":{"name":"kplane-run-)" + run + R"(","labels":{"kplane.dev/run":")" + run + R"("}})";
  leases(client, ns)
      .create(R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease",)" + metadata +
              R"(,"spec":{"holderIdentity":"host/1/)" + run + R"(","leaseDurationSeconds":1}})");
  client.root_plane()
      .resource("v1", "configmaps")
      .in(ns)
      .create(R"({"apiVersion":"v1","kind":"ConfigMap",)" + metadata + R"(,"data":{")" + plane + R"(":""}})");
}

/// The names of the Leases and ConfigMaps of all runs and their ranks, in all namespaces.
inline std::vector<std::string> records(const Client& client) {
  std::vector<std::string> names;
  const Plane root = client.root_plane();
  for (const Resource& resource :
       {root.resource("coordination.k8s.io/v1", "leases"), root.resource("v1", "configmaps")}) {
    for (const Object& object : resource.list()) {
      if (object.name().substr(0, 7) == "kplane-") names.emplace_back(object.name());
    }
  }
  return names;
}

}  // namespace kplane::tests
