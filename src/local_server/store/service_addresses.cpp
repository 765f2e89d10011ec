#include "local_server/store/service_addresses.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/schema/services.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::string_view kPrefix = "10.0.0.";
constexpr const char kRange[] = "10.0.0.0/24";
constexpr const char kApiServer[] = "10.0.0.1";  // of the Service `kubernetes`
constexpr int kLastAddress = 254;
constexpr int kFirstPort = 30'000;
constexpr int kLastPort = 32'767;

const json* spec_of(const json* service) {
  const auto spec = service == nullptr ? json::const_iterator{} : service->find("spec");
  return service == nullptr || spec == service->end() ? nullptr : &*spec;
}

std::set<std::string> addresses_of(const json* spec) {
  std::set<std::string> addresses;
  if (spec == nullptr) return addresses;
  for (auto& address : strings_member(*spec, "clusterIPs")) {
    if (address != kHeadless) addresses.insert(std::move(address));
  }
  return addresses;
}

std::set<int> ports_of(const json* spec) {
  std::set<int> ports;
  if (spec == nullptr) return ports;
  for (const json& port : spec->value("ports", json::array())) ports.insert(port.value("nodePort", 0));
  ports.insert(spec->value("healthCheckNodePort", 0));
  ports.erase(0);
  return ports;
}

bool is_in_range(const std::string& address) {
  if (address.substr(0, kPrefix.size()) != kPrefix || address.size() == kPrefix.size()) return false;
  const std::string last = address.substr(kPrefix.size());
  if (last.size() > 3 || last.find_first_not_of("0123456789") != std::string::npos) return false;
  const int number = std::stoi(last);
  return number > 0 && number <= kLastAddress;
}

[[noreturn]] void refuse(const std::string& name, const std::string& field, const json& value,
                         const std::string& problem) {
  throw StatusError(invalid(*find_built_in("", "services"), name,
                            {{"FieldValueInvalid", "Invalid value: " + to_text(value) + ": " + problem, field}}));
}

[[noreturn]] void refuse_full(const std::string& what) {
  throw StatusError(internal_error("failed to allocate a " + what + ": range is full"));
}

/// The node port that any of the ports of this number names; 0 when none does.
int requested_port(const json& ports, int number) {
  for (const json& port : ports) {
    if (port.value("port", 0) == number && port.contains("nodePort")) return port["nodePort"].get<int>();
  }
  return 0;
}

}  // namespace

void ServiceAddresses::allocate(json& service, const json* before) {
  if (spec_of(&service) == nullptr) return;
  json& spec = service["spec"];
  const std::string name = string_member(service["metadata"], "name");
  const json* old = spec_of(before);
  if (spec.contains("clusterIP") && !spec.contains("clusterIPs")) spec["clusterIPs"] = json::array({spec["clusterIP"]});
  const auto causes = settle_families(spec, old);
  if (!causes.empty()) throw StatusError(invalid(*find_built_in("", "services"), name, causes));
  allocate_address(name, spec, old);
  allocate_ports(name, spec, old);
}

void ServiceAddresses::allocate_address(const std::string& name, json& spec, const json* before) {
  if (!needs_cluster_ip(spec)) return;
  const std::string address = string_member(spec, "clusterIP");
  if (address.empty()) {
    spec["clusterIP"] = next_address();
    spec["clusterIPs"] = json::array({spec["clusterIP"]});
    return;
  }
  if (address == kHeadless || addresses_of(before).count(address) > 0) return;
  const auto refuse_address = [&](const std::string& why) {
    refuse(name, "spec.clusterIPs", spec["clusterIPs"], "failed to allocate IP " + address + ": " + why);
  };
  if (!is_in_range(address)) {
    refuse_address("the provided IP (" + address + ") is not in the valid range. The range of valid IPs is " + kRange);
  }
  const bool taken = addresses_.count(address) > 0 || (address == kApiServer && name != "kubernetes");
  if (taken) refuse_address("provided IP is already allocated");
}

void ServiceAddresses::allocate_ports(const std::string& name, json& spec, const json* before) {
  std::set<int> own = ports_of(before);
  const auto is_free = [&](int port) { return own.count(port) > 0 || ports_.count(port) == 0; };
  const auto check = [&](const std::string& field, int port) {
    if (port < kFirstPort || port > kLastPort) {
      refuse(name, field, port, "provided port is not in the valid range. The range of valid ports is 30000-32767");
    }
    if (!is_free(port)) refuse(name, field, port, "provided port is already allocated");
  };
  std::map<int, int> by_number;
  const bool wanted = spec.value("allocateLoadBalancerNodePorts", true);
  const std::size_t count = needs_node_ports(spec) && spec.contains("ports") ? spec["ports"].size() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    json& port = spec["ports"][i];
    if (!port.contains("nodePort") && !wanted) continue;
    int& node_port = by_number[port.value("port", 0)];
    if (port.contains("nodePort")) {
      check("spec.ports[" + std::to_string(i) + "].nodePort", port["nodePort"].get<int>());
      node_port = port["nodePort"].get<int>();
    }
    if (node_port == 0) node_port = requested_port(spec["ports"], port.value("port", 0));
    if (node_port == 0) node_port = next_port(own);
    port["nodePort"] = node_port;
    own.insert(node_port);
  }
  if (!needs_health_check_port(spec)) return;
  if (spec.contains("healthCheckNodePort")) return;
  spec["healthCheckNodePort"] = next_port(own);
}

std::string ServiceAddresses::next_address() {
  for (int tried = 0; tried < kLastAddress; ++tried) {
    last_address_ = last_address_ % kLastAddress + 1;
    std::string address = std::string(kPrefix) + std::to_string(last_address_);
    if (address != kApiServer && addresses_.count(address) == 0) return address;
  }
  refuse_full("serviceIP");
}

int ServiceAddresses::next_port(const std::set<int>& own) {
  constexpr int ports = kLastPort - kFirstPort + 1;
  for (int tried = 0; tried < ports; ++tried) {
    last_port_ = kFirstPort + (last_port_ + 1 - kFirstPort) % ports;
    if (ports_.count(last_port_) == 0 && own.count(last_port_) == 0) return last_port_;
  }
  refuse_full("nodePort");
}

void ServiceAddresses::note(const json* before, const json* after) {
  for (const auto& address : addresses_of(spec_of(before))) addresses_.erase(address);
  for (const int port : ports_of(spec_of(before))) ports_.erase(port);
  for (const auto& address : addresses_of(spec_of(after))) addresses_.insert(address);
  for (const int port : ports_of(spec_of(after))) ports_.insert(port);
}

}  // namespace kplane::testing::server
