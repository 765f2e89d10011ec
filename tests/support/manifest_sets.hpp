// Sets of manifests, made without YAML.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <kplane/manifests.hpp>

namespace kplane {

namespace tests {

[[nodiscard]] inline Manifest manifest(const std::string& api_version, const std::string& kind, const std::string& name,
                                       const std::string& ns = "", const std::string& spec = "{}") {
  std::string json = R"({"apiVersion":")" + api_version + R"(","kind":")" + kind + R"(","metadata":{"name":")" + name;
  if (!ns.empty()) json += R"(","namespace":")" + ns;
  json += R"("},"spec":)" + spec + "}";
  return {api_version, kind, ns, name, std::move(json), ""};
}

[[nodiscard]] inline Manifest definition(const std::string& group, const std::string& plural, const std::string& kind) {
  return manifest("apiextensions.k8s.io/v1", "CustomResourceDefinition", plural + '.' + group, "",
                  R"({"group":")" + group + R"(","names":{"kind":")" + kind + R"("}})");
}

[[nodiscard]] inline Manifests set_of(std::vector<Manifest> all) {
  Manifests set;
  for (Manifest& one : all) set.add(std::move(one.json));
  return set;
}

}  // namespace tests

}  // namespace kplane
