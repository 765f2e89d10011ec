// PodSecurity: the levels that a namespace's labels ask of pods, and what a pod has against them.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// One level and its version, such as `restricted:latest`; empty: none is asked for.
struct PodSecurityLevel {
  std::string level{};
  std::string version{};
};

/// @param mode `enforce` or `warn` @param labels of the namespace
[[nodiscard]] PodSecurityLevel pod_security_level(const nlohmann::json& labels, const std::string& mode);

/// @return `PodSecurity "baseline:latest": …`, what a pod violates; empty: nothing
[[nodiscard]] std::string pod_security_violations(const PodSecurityLevel& level, const nlohmann::json& spec);

}  // namespace kplane::testing::server
