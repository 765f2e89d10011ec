// Follows pkg/printers of Kubernetes.
#include "local_server/print/cells.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <set>
#include <sstream>

#include "local_server/base/characters.hpp"
#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;

constexpr std::size_t kShown = 3;  // items of a list; the others are counted

std::string shown(const json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : to_text(value);
}

std::string joined_by(const std::vector<std::string>& words, const std::string& separator = ",") {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

/// The first few words, and how many more there are.
std::string some_of(std::vector<std::string> words, std::size_t most = kShown, const std::string& separator = ",") {
  const std::size_t count = words.size();
  if (count <= most) return joined_by(words, separator);
  words.resize(most);
  return joined_by(words, separator) + " + " + std::to_string(count - most) + " more...";
}

json at(const json& object, const Arguments& arguments) { return value_at(object, arguments[0]); }

json first(const json& object, const Arguments& arguments) {
  for (const auto& path : arguments) {
    const json& value = value_at(object, path);
    if (!value.is_null() && !is_empty_text(value)) return value;
  }
  return "";
}

json number(const json& object, const Arguments& arguments) { return number_at(object, arguments[0]); }

json boolean(const json& object, const Arguments& arguments) {
  const json& value = value_at(object, arguments[0]);
  return value.is_boolean() ? value.get<bool>() : arguments.size() > 1;
}

json text(const json& object, const Arguments& arguments) { return shown(value_at(object, arguments[0])); }

// Go writes it with a capital letter where it prints a pointer.
json truth(const json& object, const Arguments& arguments) {
  const json& value = value_at(object, arguments[0]);
  if (value.is_null()) return "<unset>";
  return value == true ? "True" : "False";
}

json age(const json& object, const Arguments& arguments) {
  for (const auto& path : arguments) {
    const std::string time = string_at(object, path);
    if (!time.empty()) return age_of(time);
  }
  return "<unknown>";
}

json age_if_any(const json& object, const Arguments& arguments) {
  const std::string time = string_at(object, arguments[0]);
  return time.empty() ? "" : age_of(time);
}

/// The first item of a list, or a member of it.
json first_of(const json& object, const Arguments& arguments) {
  const json& items = list_at(object, arguments[0]);
  if (items.empty()) return "";
  return arguments.size() > 1 ? json(string_at(items[0], arguments[1])) : items[0];
}

json count(const json& object, const Arguments& arguments) {
  std::size_t sum = 0;
  for (const auto& path : arguments) sum += value_at(object, path).size();
  return sum;
}

json ratio(const json& object, const Arguments& arguments) {
  return std::to_string(number_at(object, arguments[0])) + "/" + std::to_string(number_at(object, arguments[1]));
}

/// Values with a slash between them.
json slashed(const json& object, const Arguments& arguments) {
  std::string text;
  for (const auto& path : arguments) text += (&path == arguments.data() ? "" : "/") + string_at(object, path);
  return text == "/" ? "" : text;
}

/// The items of a list, or one member of each.
json list(const json& object, const Arguments& arguments) {
  std::vector<std::string> words;
  for (const auto& item : value_at(object, arguments[0])) {
    words.push_back(arguments.size() > 1 ? string_at(item, arguments[1]) : shown(item));
  }
  return joined_by(words);
}

json labels(const json& object, const Arguments& arguments) {
  std::vector<std::string> words;
  for (const auto& [name, value] : value_at(object, arguments[0]).items()) words.push_back(name + "=" + shown(value));
  return joined_by(words);
}

std::string requirement_text(const json& requirement) {
  std::string key = string_member(requirement, "key");
  const std::string asks = string_member(requirement, "operator");
  if (asks == "Exists") return key;
  if (asks == "DoesNotExist") return "!" + key;
  std::vector<std::string> values = strings_member(requirement, "values");
  std::sort(values.begin(), values.end());
  return key + (asks == "NotIn" ? " notin (" : " in (") + joined_by(values) + ")";
}

json selector(const json& object, const Arguments& arguments) {
  const json& wanted = value_at(object, arguments[0]);
  std::multimap<std::string, std::string> words;
  for (const auto& [name, value] : value_at(wanted, ".matchLabels").items()) {
    words.emplace(name, name + "=" + shown(value));
  }
  for (const auto& requirement : value_at(wanted, ".matchExpressions")) {
    words.emplace(string_member(requirement, "key"), requirement_text(requirement));
  }
  std::vector<std::string> sorted;
  for (const auto& [key, word] : words) sorted.push_back(word);
  return joined_by(sorted);
}

json service_external_ip(const json& service, const Arguments& /*arguments*/) {
  const std::string type = string_at(service, ".spec.type");
  if (type == "ExternalName") return string_at(service, ".spec.externalName");
  std::vector<std::string> addresses;
  if (type == "LoadBalancer") {
    std::set<std::string> given;
    for (const auto& ingress : value_at(service, ".status.loadBalancer.ingress")) {
      const std::string ip = string_member(ingress, "ip");
      given.insert(ip.empty() ? string_member(ingress, "hostname") : ip);
    }
    addresses.assign(given.begin(), given.end());
  }
  for (const auto& ip : value_at(service, ".spec.externalIPs")) addresses.push_back(shown(ip));
  if (!addresses.empty()) return joined_by(addresses);
  return type == "LoadBalancer" ? "<pending>" : "<none>";
}

json service_ports(const json& service, const Arguments& /*arguments*/) {
  std::vector<std::string> words;
  for (const auto& port : value_at(service, ".spec.ports")) {
    const std::int64_t node = number_at(port, ".nodePort");
    words.push_back(std::to_string(number_at(port, ".port")) + (node > 0 ? ":" + std::to_string(node) : "") + "/" +
                    string_member(port, "protocol"));
  }
  return joined_by(words);
}

json ingress_hosts(const json& ingress, const Arguments& /*arguments*/) {
  const json& rules = value_at(ingress, ".spec.rules");
  std::vector<std::string> hosts;
  for (const auto& rule : rules) {
    const std::string host = string_member(rule, "host");
    if (!host.empty() && hosts.size() < kShown) hosts.push_back(host);
  }
  if (hosts.empty()) return "*";
  const std::string more =
      hosts.size() == kShown && rules.size() > kShown ? " + " + std::to_string(rules.size() - kShown) + " more..." : "";
  return joined_by(hosts) + more;
}

json ingress_address(const json& ingress, const Arguments& /*arguments*/) {
  std::set<std::string> addresses;
  for (const auto& each : value_at(ingress, ".status.loadBalancer.ingress")) {
    const std::string ip = string_member(each, "ip");
    addresses.insert(ip.empty() ? string_member(each, "hostname") : ip);
  }
  return joined_by({addresses.begin(), addresses.end()});
}

json ingress_ports(const json& ingress, const Arguments& /*arguments*/) {
  return value_at(ingress, ".spec.tls").empty() ? "80" : "80, 443";
}

json class_parameters(const json& ingress_class, const Arguments& /*arguments*/) {
  const json& parameters = value_at(ingress_class, ".spec.parameters");
  if (!parameters.is_object()) return "";
  const std::string group = string_member(parameters, "apiGroup");
  return string_member(parameters, "kind") + (group.empty() ? "" : "." + group) + "/" +
         string_member(parameters, "name");
}

json endpoints(const json& object, const Arguments& /*arguments*/) {
  std::vector<std::string> words;
  for (const auto& subset : value_at(object, ".subsets")) {
    const json& addresses = value_at(subset, ".addresses");
    if (value_at(subset, ".ports").empty()) {
      for (const auto& address : addresses) words.push_back(string_member(address, "ip"));
    }
    for (const auto& port : value_at(subset, ".ports")) {
      for (const auto& address : addresses) {
        const std::string ip = string_member(address, "ip");
        const bool is_v6 = ip.find(':') != std::string::npos;
        words.push_back((is_v6 ? "[" + ip + "]" : ip) + ":" + std::to_string(number_at(port, ".port")));
      }
    }
  }
  return some_of(words);
}

json slice_ports(const json& slice, const Arguments& /*arguments*/) {
  std::vector<std::string> words;
  for (const auto& port : value_at(slice, ".ports")) {
    const std::string name = string_member(port, "name");
    words.push_back(port.contains("port") ? shown(port["port"]) : name.empty() ? "*" : name);
  }
  return some_of(words);
}

json slice_endpoints(const json& slice, const Arguments& /*arguments*/) {
  std::vector<std::string> words;
  for (const auto& endpoint : value_at(slice, ".endpoints")) {
    for (const auto& address : value_at(endpoint, ".addresses")) words.push_back(shown(address));
  }
  return some_of(words);
}

json node_status(const json& node, const Arguments& /*arguments*/) {
  std::string status = "Unknown";
  for (const auto& condition : value_at(node, ".status.conditions")) {
    if (string_member(condition, "type") != "Ready") continue;
    status = string_member(condition, "status") == "True" ? "Ready" : "NotReady";
  }
  return status + (value_at(node, ".spec.unschedulable") == true ? ",SchedulingDisabled" : "");
}

json node_roles(const json& node, const Arguments& /*arguments*/) {
  const std::string prefix = "node-role.kubernetes.io/";
  std::set<std::string> roles;
  for (const auto& [name, value] : value_at(node, ".metadata.labels").items()) {
    if (name.rfind(prefix, 0) == 0 && name.size() > prefix.size()) roles.insert(name.substr(prefix.size()));
    if (name == "kubernetes.io/role" && !is_empty_text(value)) roles.insert(shown(value));
  }
  return joined_by({roles.begin(), roles.end()});
}

json node_address(const json& node, const Arguments& arguments) {
  for (const auto& address : value_at(node, ".status.addresses")) {
    if (string_member(address, "type") == arguments[0]) return string_member(address, "address");
  }
  return "";
}

json access_modes(const json& object, const Arguments& arguments) {
  const json& given = value_at(object, arguments[0]);
  std::vector<std::string> words;
  for (const auto& [mode, word] : {std::pair{"ReadWriteOnce", "RWO"},
                                   {"ReadOnlyMany", "ROX"},
                                   {"ReadWriteMany", "RWX"},
                                   {"ReadWriteOncePod", "RWOP"}}) {
    if (std::find(given.begin(), given.end(), mode) != given.end()) words.emplace_back(word);
  }
  return joined_by(words);
}

json storage_class_of(const json& object, const Arguments& /*arguments*/) {
  const json& annotations = value_at(object, ".metadata.annotations");
  const std::string annotated = string_member(annotations, "volume.beta.kubernetes.io/storage-class");
  return annotated.empty() ? string_at(object, ".spec.storageClassName") : annotated;
}

json storage_class_name(const json& object, const Arguments& /*arguments*/) {
  const json& annotations = value_at(object, ".metadata.annotations");
  const bool is_default = string_member(annotations, "storageclass.kubernetes.io/is-default-class") == "true" ||
                          string_member(annotations, "storageclass.beta.kubernetes.io/is-default-class") == "true";
  return string_at(object, ".metadata.name") + (is_default ? " (default)" : "");
}

// An unbound claim shows nothing.
json if_bound(const json& claim, const Arguments& arguments) {
  if (string_at(claim, ".spec.volumeName").empty()) return "";
  return arguments[0] == "modes" ? access_modes(claim, {".status.accessModes"})
                                 : json(shown(value_at(claim, ".status.capacity.storage")));
}

json phase(const json& object, const Arguments& /*arguments*/) {
  const bool goes = !value_at(object, ".metadata.deletionTimestamp").is_null();
  return goes ? "Terminating" : string_at(object, ".status.phase");
}

json quota(const json& object, const Arguments& arguments) {
  const bool wants_limits = arguments[0] == "limits";
  const json& used = value_at(object, ".status.used");
  std::vector<std::string> words;
  for (const auto& [name, hard] : value_at(object, ".status.hard").items()) {
    if ((name.rfind("limits.", 0) == 0) != wants_limits) continue;
    const std::string now = used.is_object() && used.contains(name) ? shown(used[name]) : "0";
    words.push_back(std::string(name).append(": ").append(now).append("/").append(shown(hard)));
  }
  return joined_by(words, ", ");
}

json subjects(const json& binding, const Arguments& arguments) {
  std::vector<std::string> words;
  for (const auto& subject : value_at(binding, ".subjects")) {
    if (string_member(subject, "kind") != arguments[0]) continue;
    const std::string ns = arguments[0] == "ServiceAccount" ? string_member(subject, "namespace") + "/" : "";
    words.push_back(ns + string_member(subject, "name"));
  }
  return joined_by(words, ", ");
}

bool has_condition(const json& object, const std::string& type, const char* status = "True") {
  for (const auto& condition : value_at(object, ".status.conditions")) {
    if (string_member(condition, "type") == type)
      return status == nullptr || string_member(condition, "status") == status;
  }
  return false;
}

json job_status(const json& job, const Arguments& /*arguments*/) {
  for (const char* type : {"Complete", "Failed"}) {
    if (has_condition(job, type)) return type;
  }
  if (!value_at(job, ".metadata.deletionTimestamp").is_null()) return "Terminating";
  for (const char* type : {"Suspended", "FailureTarget", "SuccessCriteriaMet"}) {
    if (has_condition(job, type)) return type;
  }
  return "Running";
}

json job_completions(const json& job, const Arguments& /*arguments*/) {
  const std::string succeeded = std::to_string(number_at(job, ".status.succeeded")) + "/";
  const json& wanted = value_at(job, ".spec.completions");
  if (!wanted.is_null()) return succeeded + shown(wanted);
  const std::int64_t parallelism = number_at(job, ".spec.parallelism");
  return succeeded + "1" + (parallelism > 1 ? " of " + std::to_string(parallelism) : "");
}

json job_duration(const json& job, const Arguments& /*arguments*/) {
  std::int64_t start = 0;
  std::int64_t end = 0;
  if (!parse_time(string_at(job, ".status.startTime"), start)) return "";
  if (!parse_time(string_at(job, ".status.completionTime"), end)) return age_of(string_at(job, ".status.startTime"));
  return human_duration(end - start);
}

json request_status(const json& request, const Arguments& /*arguments*/) {
  std::string status = has_condition(request, "Denied", nullptr)     ? "Denied"
                       : has_condition(request, "Approved", nullptr) ? "Approved"
                                                                     : "Pending";
  if (has_condition(request, "Failed", nullptr)) status += ",Failed";
  if (!string_at(request, ".status.certificate").empty()) status += ",Issued";
  return status;
}

json event_target(const json& event, const Arguments& /*arguments*/) {
  const char* const object = event.contains("regarding") ? ".regarding" : ".involvedObject";
  const json& target = value_at(event, object);
  const std::string name = string_member(target, "name");
  return lower_case(string_member(target, "kind")) + (name.empty() ? "" : "/" + name);
}

json event_source(const json& event, const Arguments& /*arguments*/) {
  const std::string component = shown(first(
      event, {".source.component", ".deprecatedSource.component", ".reportingComponent", ".reportingController"}));
  const std::string host = shown(first(event, {".source.host", ".deprecatedSource.host", ".reportingInstance"}));
  return host.empty() ? component : component + ", " + host;
}

json event_count(const json& event, const Arguments& /*arguments*/) {
  if (value_at(event, ".series").is_object()) return number_at(event, ".series.count");
  const json counted = first(event, {".count", ".deprecatedCount"});
  return counted.is_number() && counted != 0 ? counted : json(1);
}

json trimmed(const json& object, const Arguments& arguments) {
  std::string text = shown(first(object, arguments));
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

json controller_of(const json& object, const Arguments& /*arguments*/) {
  for (const auto& owner : value_at(object, ".metadata.ownerReferences")) {
    if (value_at(owner, ".controller") != true) continue;
    const std::string version = string_member(owner, "apiVersion");
    const std::size_t slash = version.find('/');
    const std::string group = slash == std::string::npos ? "" : "." + version.substr(0, slash);
    return lower_case(string_member(owner, "kind") + group) + "/" + string_member(owner, "name");
  }
  return "";
}

json policy_parameter(const json& binding, const Arguments& /*arguments*/) {
  const std::string name = string_at(binding, ".spec.paramRef.name");
  const std::string ns = string_at(binding, ".spec.paramRef.namespace");
  return name.empty() ? "" : (ns.empty() ? "*" : ns) + "/" + name;
}

json parent(const json& address, const Arguments& /*arguments*/) {
  const json& reference = value_at(address, ".spec.parentRef");
  if (!reference.is_object()) return "";
  const std::string group = string_member(reference, "group");
  const std::string ns = string_member(reference, "namespace");
  return lower_case(string_member(reference, "resource") + (group.empty() ? "" : "." + group)) +
         (ns.empty() ? "" : "/" + ns) + "/" + string_member(reference, "name");
}

json seconds(const json& object, const Arguments& arguments) {
  const json& value = value_at(object, arguments[0]);
  return value.is_number_integer() ? human_duration(value.get<std::int64_t>()) : "";
}

json condition(const json& object, const Arguments& arguments) {
  for (const auto& each : value_at(object, ".status.conditions")) {
    if (string_member(each, "type") == arguments[0]) return string_member(each, "status");
  }
  return "";
}

json service_of(const json& api_service, const Arguments& /*arguments*/) {
  const json& service = value_at(api_service, ".spec.service");
  return service.is_object() ? string_member(service, "namespace") + "/" + string_member(service, "name") : "Local";
}

json availability(const json& api_service, const Arguments& /*arguments*/) {
  for (const auto& each : value_at(api_service, ".status.conditions")) {
    if (string_member(each, "type") != "Available") continue;
    const std::string status = string_member(each, "status");
    return status == "True" ? status : status + " (" + string_member(each, "reason") + ")";
  }
  return "Unknown";
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

struct Unit {
  std::int64_t seconds;
  const char* name;
};

/// `3h20m`; the smaller unit is left out when there is none of it.
std::string two_units(std::int64_t seconds, Unit large, Unit small) {
  const std::int64_t rest = seconds % large.seconds / small.seconds;
  const std::string text = std::to_string(seconds / large.seconds) + large.name;
  return rest == 0 ? text : text + std::to_string(rest) + small.name;
}

}  // namespace

Cell::Cell(const std::string& expression) {
  const std::string mark = " ?? ";
  const std::size_t end = expression.find(mark);
  if (end != std::string::npos) otherwise_ = expression.substr(end + mark.size());
  arguments_ = words_of(expression.substr(0, end));
  if (arguments_.front().front() == '.') {
    function_ = at;
    return;
  }
  function_ = find_function(arguments_.front());
  arguments_.erase(arguments_.begin());
}

json Cell::of(const json& object) const {
  json cell = function_ == nullptr ? json() : function_(object, arguments_);
  return cell.is_null() || is_empty_text(cell) ? json(otherwise_) : cell;
}

Cell::Function Cell::find_function(const std::string& name) {
  static const std::map<std::string, Function> functions = {{"access-modes", access_modes},
                                                            {"age", age},
                                                            {"age-if-any", age_if_any},
                                                            {"availability", availability},
                                                            {"bool", boolean},
                                                            {"class-parameters", class_parameters},
                                                            {"condition", condition},
                                                            {"controller", controller_of},
                                                            {"count", count},
                                                            {"endpoints", endpoints},
                                                            {"event-count", event_count},
                                                            {"event-source", event_source},
                                                            {"event-target", event_target},
                                                            {"first", first},
                                                            {"first-of", first_of},
                                                            {"hpa-targets", hpa_targets},
                                                            {"if-bound", if_bound},
                                                            {"ingress-address", ingress_address},
                                                            {"ingress-hosts", ingress_hosts},
                                                            {"ingress-ports", ingress_ports},
                                                            {"int", number},
                                                            {"job-completions", job_completions},
                                                            {"job-duration", job_duration},
                                                            {"job-status", job_status},
                                                            {"labels", labels},
                                                            {"list", list},
                                                            {"node-address", node_address},
                                                            {"node-roles", node_roles},
                                                            {"node-status", node_status},
                                                            {"parent", parent},
                                                            {"phase", phase},
                                                            {"pod-gates", pod_gates},
                                                            {"pod-ready", pod_ready},
                                                            {"pod-restarts", pod_restarts},
                                                            {"pod-status", pod_status},
                                                            {"policy-parameter", policy_parameter},
                                                            {"quota", quota},
                                                            {"ratio", ratio},
                                                            {"request-status", request_status},
                                                            {"seconds", seconds},
                                                            {"selector", selector},
                                                            {"service", service_of},
                                                            {"service-external-ip", service_external_ip},
                                                            {"service-ports", service_ports},
                                                            {"slashed", slashed},
                                                            {"slice-endpoints", slice_endpoints},
                                                            {"slice-ports", slice_ports},
                                                            {"storage-class", storage_class_of},
                                                            {"storage-class-name", storage_class_name},
                                                            {"subjects", subjects},
                                                            {"text", text},
                                                            {"trimmed", trimmed},
                                                            {"truth", truth}};
  const auto found = functions.find(name);
  return found == functions.end() ? nullptr : found->second;
}

const json& value_at(const json& object, const std::string& path) {
  static const json none;
  const json* value = &object;
  for (std::size_t start = 1; start <= path.size();) {
    const std::size_t end = std::min(path.find('.', start), path.size());
    const auto member = value->is_object() ? value->find(path.substr(start, end - start)) : value->end();
    if (!value->is_object() || member == value->end()) return none;
    value = &*member;
    start = end + 1;
  }
  return *value;
}

const json& list_at(const json& object, const std::string& path) {
  static const json none = json::array();
  const json& value = value_at(object, path);
  return value.is_array() ? value : none;
}

std::string string_at(const json& object, const std::string& path) {
  const json& value = value_at(object, path);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

std::int64_t number_at(const json& object, const std::string& path) {
  const json& value = value_at(object, path);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

bool parse_time(const std::string& text, std::int64_t& seconds) {
  std::tm parts{};
  const char* const end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (end == nullptr) return false;
  seconds = timegm(&parts);
  return true;
}

std::string age_of(const std::string& timestamp) {
  std::int64_t then = 0;
  if (!parse_time(timestamp, then)) return "<unknown>";
  return human_duration(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) - then);
}

std::string human_duration(std::int64_t seconds) {
  constexpr Unit second{1, "s"};
  constexpr Unit minute{60, "m"};
  constexpr Unit hour{3'600, "h"};
  constexpr Unit day{24 * hour.seconds, "d"};
  constexpr Unit year{365 * day.seconds, "y"};
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * minute.seconds) return std::to_string(seconds) + "s";
  if (seconds < 10 * minute.seconds) return two_units(seconds, minute, second);
  if (seconds < 3 * hour.seconds) return std::to_string(seconds / minute.seconds) + "m";
  if (seconds < 8 * hour.seconds) return two_units(seconds, hour, minute);
  if (seconds < 2 * day.seconds) return std::to_string(seconds / hour.seconds) + "h";
  if (seconds < 8 * day.seconds) return two_units(seconds, day, hour);
  if (seconds < 2 * year.seconds) return std::to_string(seconds / day.seconds) + "d";
  if (seconds < 8 * year.seconds) return two_units(seconds, year, day);
  return std::to_string(seconds / year.seconds) + "y";
}

json hpa_targets(const json& autoscaler, const Arguments& /*arguments*/) {
  static const std::map<std::string, std::string> members = {{"External", "external"},
                                                             {"Pods", "pods"},
                                                             {"Object", "object"},
                                                             {"Resource", "resource"},
                                                             {"ContainerResource", "containerResource"}};
  constexpr std::size_t most = 2;
  const json& metrics = list_at(autoscaler, ".spec.metrics");
  const json& currents = list_at(autoscaler, ".status.currentMetrics");
  std::vector<std::string> words;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const auto member = members.find(string_member(metrics[i], "type"));
    if (member == members.end()) {
      words.emplace_back("<unknown type>");
      continue;
    }
    const std::string path = "." + member->second;
    const std::string name = string_at(metrics[i], path + ".name");
    const json& target = value_at(metrics[i], path + ".target");
    const json& current = value_at(i < currents.size() ? currents[i] : metrics[i], path + ".current");
    const bool is_resource = member->first == "Resource" || member->first == "ContainerResource";
    const bool is_average = target.contains("averageValue");
    const char* const value = is_average || member->first == "Pods" ? ".averageValue"
                              : is_resource                         ? ".averageUtilization"
                                                                    : ".value";
    const std::string unit = is_resource && !is_average ? "%" : "";
    const auto worded = [&](const json& of, const char* none) {
      const std::string found = shown(value_at(of, value));
      return found.empty() ? none : found + unit;
    };
    const bool marks_average = is_average && (member->first == "External" || member->first == "Object");
    words.push_back((is_resource ? name + ": " : "") + worded(current, "<unknown>") + "/" + worded(target, "<auto>") +
                    (marks_average ? " (avg)" : ""));
  }
  return some_of(words, most, ", ");
}

}  // namespace kplane::testing::server
