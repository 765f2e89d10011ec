#include "local_server/schema/services.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

json field_of(const json& spec, const char* name) { return spec.value(name, json()); }

bool same(const json& before, const json& after, std::initializer_list<const char*> fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [&](const char* field) { return field_of(before, field) == field_of(after, field); });
}

void drop(json& spec, std::initializer_list<const char*> fields) {
  for (const char* field : fields) spec.erase(field);
}

void keep(const json& before, json& after, const char* field) {
  if (before.contains(field)) after.emplace(field, before[field]);
}

std::set<std::int64_t> node_ports_of(const json& spec) {
  std::set<std::int64_t> ports;
  for (const json& port : spec.value("ports", json::array())) {
    if (port.contains("nodePort")) ports.insert(port["nodePort"].get<std::int64_t>());
  }
  return ports;
}

// Ports are identified by name.
void keep_node_ports(const json& before, json& after) {
  if (!after.contains("ports")) return;
  std::map<std::string, std::int64_t> old_ports;
  for (const json& port : before.value("ports", json::array())) {
    old_ports[string_member(port, "name")] = port.value("nodePort", std::int64_t{0});
  }
  std::set<std::int64_t> used = node_ports_of(after);
  for (json& port : after["ports"]) {
    const std::int64_t old = old_ports[string_member(port, "name")];
    if (old != 0 && !port.contains("nodePort") && used.insert(old).second) port["nodePort"] = old;
  }
}

void keep_cluster_ips(const json& before, json& after) {
  keep(before, after, "clusterIP");
  if (same(before, after, {"clusterIP"})) return keep(before, after, "clusterIPs");
  // A new address in one of the two fields applies to both.
  if (after.contains("clusterIP") && same(before, after, {"clusterIPs"})) {
    after["clusterIPs"] = json::array({after["clusterIP"]});
  }
}

bool is_external(const json& spec) { return needs_node_ports(spec) || spec.contains("externalIPs"); }

void drop_unneeded(const json& before, json& after) {
  if (needs_cluster_ip(before) && !needs_cluster_ip(after)) {
    if (same(before, after, {"clusterIP", "clusterIPs"})) drop(after, {"clusterIP", "clusterIPs"});
    if (same(before, after, {"ipFamilies"})) drop(after, {"ipFamilies"});
    if (same(before, after, {"ipFamilyPolicy"})) drop(after, {"ipFamilyPolicy"});
  }
  if (needs_node_ports(before) && !needs_node_ports(after) && after.contains("ports")) {
    const auto old_ports = node_ports_of(before);
    const auto new_ports = node_ports_of(after);
    if (std::includes(old_ports.begin(), old_ports.end(), new_ports.begin(), new_ports.end())) {
      for (json& port : after["ports"]) port.erase("nodePort");
    }
  }
  const auto drop_same = [&](bool needed, bool needs, const char* field) {
    if (needed && !needs && same(before, after, {field})) after.erase(field);
  };
  const auto balanced = [](const json& spec) { return string_member(spec, "type") == "LoadBalancer"; };
  drop_same(needs_health_check_port(before), needs_health_check_port(after), "healthCheckNodePort");
  drop_same(balanced(before), balanced(after), "allocateLoadBalancerNodePorts");
  drop_same(balanced(before), balanced(after), "loadBalancerClass");
  drop_same(is_external(before), is_external(after), "externalTrafficPolicy");
}

bool is_unselective_headless(const json& spec) {
  return string_member(spec, "clusterIP") == kHeadless && !spec.contains("selector");
}

void settle_policy(json& spec, const json* before) {
  if (spec.contains("ipFamilyPolicy")) return;
  if (before != nullptr && before->contains("ipFamilyPolicy")) {
    spec["ipFamilyPolicy"] = (*before)["ipFamilyPolicy"];
    return;
  }
  spec["ipFamilyPolicy"] = is_unselective_headless(spec) ? "RequireDualStack" : "SingleStack";
}

}  // namespace

bool is_service(const ResourceType& type) { return type.group.empty() && type.resource == "services"; }

bool needs_cluster_ip(const json& spec) { return string_member(spec, "type") != "ExternalName"; }

bool needs_node_ports(const json& spec) {
  const std::string type = string_member(spec, "type");
  return type == "NodePort" || type == "LoadBalancer";
}

bool needs_health_check_port(const json& spec) {
  return string_member(spec, "type") == "LoadBalancer" && string_member(spec, "externalTrafficPolicy") == "Local";
}

void keep_allocations(const json& before, json& service) {
  const json old = before.value("spec", json::object());
  if (!service.contains("spec")) return;
  json& spec = service["spec"];
  if (needs_cluster_ip(old) && needs_cluster_ip(spec)) keep_cluster_ips(old, spec);
  if (needs_node_ports(old) && needs_node_ports(spec)) keep_node_ports(old, spec);
  if (needs_health_check_port(old) && needs_health_check_port(spec)) keep(old, spec, "healthCheckNodePort");
  drop_unneeded(old, spec);
}

std::vector<Cause> settle_families(json& spec, const json* before) {
  if (!needs_cluster_ip(spec)) return {};
  const bool unselective = is_unselective_headless(spec);
  settle_policy(spec, before);
  json& families = spec["ipFamilies"];
  if (families.is_null()) families = {"IPv4"};
  if (unselective) {
    const bool both = string_member(spec, "ipFamilyPolicy") != "SingleStack";
    if (both && families.size() < 2) families.push_back(families[0] == "IPv4" ? "IPv6" : "IPv4");
    return {};
  }
  std::vector<Cause> causes;
  if (string_member(spec, "ipFamilyPolicy") == "RequireDualStack") {
    causes.push_back({"FieldValueInvalid",
                      "Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services",
                      "spec.ipFamilyPolicy"});
  }
  for (std::size_t i = 0; i < families.size(); ++i) {
    if (families[i] == "IPv4") continue;
    causes.push_back({"FieldValueInvalid",
                      "Invalid value: " + to_text(families[i]) + ": not configured on this cluster",
                      "spec.ipFamilies[" + std::to_string(i) + "]"});
  }
  return causes;
}

}  // namespace kplane::testing::server
