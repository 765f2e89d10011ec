// Sets of manifests, made without YAML.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <kplane/manifests.hpp>

namespace kplane {

namespace detail {

struct ManifestsAccess {
  static Manifests make(std::vector<Manifest> all) {
    Manifests set;
    set.all_ = std::move(all);
    return set;
  }
};

}  // namespace detail

namespace tests {

[[nodiscard]] inline Manifest manifest(const std::string& api_version, const std::string& kind, const std::string& name,
                                       const std::string& ns = "", const std::string& spec = "{}") {
  std::string json = R"({"apiVersion":")" + api_version + R"(","kind":")" + kind + R"(","metadata":{"name":")" + name;
  if (!ns.empty()) json += R"(","namespace":")" + ns;
  json += R"("},"spec":)" + spec + "}";
  return {api_version, kind, ns, name, std::move(json), "set.yaml"};
}

[[nodiscard]] inline Manifest definition(const std::string& group, const std::string& plural, const std::string& kind) {
  return manifest("apiextensions.k8s.io/v1", "CustomResourceDefinition", plural + '.' + group, "",
                  R"({"group":")" + group + R"(","names":{"kind":")" + kind + R"("}})");
}

[[nodiscard]] inline Manifests set_of(std::vector<Manifest> all) {
  return detail::ManifestsAccess::make(std::move(all));
}

}  // namespace tests

}  // namespace kplane
