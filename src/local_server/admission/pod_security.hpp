// The PodSecurity plugin: the levels that a namespace's labels require of pods, and a pod's violations of them.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// A level and its version, such as `restricted:latest`; empty: none is required.
struct PodSecurityLevel {
  std::string level{};
  std::string version{};
};

/// @param mode `enforce` or `warn` @param labels of the namespace
[[nodiscard]] PodSecurityLevel pod_security_level(const nlohmann::json& labels, const std::string& mode);

/// @return `PodSecurity "baseline:latest": …` with a pod's violations; empty: none
[[nodiscard]] std::string pod_security_violations(const PodSecurityLevel& level, const nlohmann::json& spec);

}  // namespace kplane::testing::server
