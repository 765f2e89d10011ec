#include "local_server/fleet/fleet_members.hpp"

#include <cstdint>
#include <set>

#include "local_server/base/api_path.hpp"
#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

// All planes are in memory: a mistyped replicas must not exhaust the machine.
constexpr std::int64_t kMaxReplicas = 100'000;
constexpr std::size_t kIndexDigits = 4;

MemberPlan refused(std::string reason) { return {{}, std::move(reason)}; }

std::vector<std::string> explicit_names(const nlohmann::json& spec) {
  const auto names = spec.find("names");
  if (names == spec.end() || !names->is_array()) return {};
  return names->get<std::vector<std::string>>();
}

std::string indexed(const std::string& prefix, std::int64_t index) {
  std::string digits = std::to_string(index);
  if (digits.size() < kIndexDigits) digits.insert(0, kIndexDigits - digits.size(), '0');
  return prefix + digits;
}

MemberPlan checked(std::vector<std::string> clusters) {
  std::set<std::string> seen;
  for (const auto& cluster : clusters) {
    if (!is_cluster_id(cluster)) return refused("\"" + cluster + "\" is not a valid cluster ID");
    if (!seen.insert(cluster).second) return refused("spec.names contains \"" + cluster + "\" twice");
  }
  return {std::move(clusters), {}};
}

}  // namespace

MemberPlan plan_members(const std::string& fleet_name, const nlohmann::json& spec) {
  const std::int64_t replicas = spec.value("replicas", std::int64_t{0});
  std::vector<std::string> names = explicit_names(spec);
  if (!names.empty()) {
    if (static_cast<std::int64_t>(names.size()) == replicas) return checked(std::move(names));
    return refused("spec.names has " + std::to_string(names.size()) + " entries, but spec.replicas is " +
                   std::to_string(replicas));
  }
  if (replicas > kMaxReplicas) return refused("spec.replicas is above the limit of " + std::to_string(kMaxReplicas));
  std::string prefix = string_member(spec, "namePrefix");
  if (prefix.empty()) prefix = fleet_name + "-";
  std::vector<std::string> clusters;
  clusters.reserve(static_cast<std::size_t>(replicas));
  for (std::int64_t i = 0; i < replicas; ++i) clusters.push_back(indexed(prefix, i));
  return checked(std::move(clusters));
}

}  // namespace kplane::testing::server
