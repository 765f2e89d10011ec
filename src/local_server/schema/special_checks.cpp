// The checks of tables/validation.json that compare several values with each other.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "local_server/base/base64.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/schema/rules.hpp"
#include "local_server/types/formats.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

bool lists(const char* list, const std::string& name) {
  const auto& names = validation_list(list);
  return std::find(names.begin(), names.end(), ordered_json(name)) != names.end();
}

bool is_huge_pages(const std::string& resource) { return resource.rfind("hugepages-", 0) == 0; }

// Extended resources have a domain other than Kubernetes' own, such as `nvidia.com/gpu`, and cannot be overcommitted.
bool is_extended(const std::string& resource) {
  const std::size_t slash = resource.find('/');
  if (slash == std::string::npos || resource.rfind("requests.", 0) == 0) return false;
  return resource.substr(0, slash).find("kubernetes.io") == std::string::npos;
}

bool is_integer(const std::string& resource) {
  return lists("integerResources", resource) || is_extended(resource) || resource.rfind("count/", 0) == 0;
}

void check_resource_name(const Subject& subject, const std::string& field, const std::string& name, const char* known,
                         const std::string& where) {
  const auto problems = find_format("qualified_name")(name);
  for (const auto& problem : problems) subject.invalid_at(field, name, problem);
  if (name.find('/') != std::string::npos) {
    if (!problems.empty() && is_extended(name) && where == "containers") {
      subject.invalid_at(field, name, "doesn't follow extended resource name standard");
    }
    return;
  }
  const bool huge = is_huge_pages(name) || (where == "quota" && name.rfind("requests.hugepages-", 0) == 0);
  if (huge) return;
  if (problems.empty() && !lists("standardResources", name)) {
    subject.invalid_at(field, name, "must be a standard resource type or fully qualified");
  }
  if (!lists(known, name)) subject.invalid_at(field, name, "must be a standard resource for " + where);
}

void check_amount_of(const Subject& subject, const std::string& field, const std::string& name, const json& amount) {
  const auto quantity = quantity_of(amount);
  if (!quantity) return;
  if (quantity->nano() < 0) subject.invalid_at(field, amount, "must be greater than or equal to 0");
  constexpr Quantity::Nano unit = 1'000'000'000;
  if (is_integer(name) && quantity->nano() % unit != 0) subject.invalid_at(field, amount, "must be an integer");
}

void check_resource_list(const Subject& subject, const FieldPath& path, const json& amounts) {
  if (!amounts.is_object()) return;
  for (const auto& [name, amount] : amounts.items()) {
    const std::string field = path.key(name).text();
    check_resource_name(subject, field, name, "containerResources", "containers");
    check_amount_of(subject, field, name, amount);
  }
}

void check_request(const Subject& subject, const std::string& name, const json& request, const json& limits) {
  const bool shared = !is_extended(name) && !is_huge_pages(name);
  const json& limit = member_or_null(limits, name);
  if (limit.is_null()) {
    if (!shared) {
      subject.add_at(subject.path.member("limits").text(), "FieldValueRequired",
                     "Required value: Limit must be set for non overcommitable resources");
    }
    return;
  }
  const auto wanted = quantity_of(request);
  const auto most = quantity_of(limit);
  if (!wanted || !most) return;
  if (shared ? wanted->nano() <= most->nano() : wanted->nano() == most->nano()) return;
  const std::string rule = shared ? "must be less than or equal to " : "must be equal to ";
  subject.invalid_at(subject.path.member("requests").text(), request, rule + name + " limit of " + most->text());
}

void check_resources(const Subject& subject, const ordered_json&) {
  const json& limits = member_or_null(subject.value, "limits");
  const json& requests = member_or_null(subject.value, "requests");
  check_resource_list(subject, subject.path.member("limits"), limits);
  check_resource_list(subject, subject.path.member("requests"), requests);
  bool huge = false;
  bool ordinary = false;
  for (const json* amounts : {&limits, &requests}) {
    if (!amounts->is_object()) continue;
    for (const auto& [name, amount] : amounts->items()) {
      huge = huge || is_huge_pages(name);
      ordinary = ordinary || name == "cpu" || name == "memory";
    }
  }
  if (requests.is_object()) {
    for (const auto& [name, request] : requests.items()) check_request(subject, name, request, limits);
  }
  if (huge && !ordinary) subject.add("FieldValueForbidden", "Forbidden: HugePages require cpu or memory");
}

void check_amounts(const Subject& subject, const ordered_json&) {
  if (!subject.value.is_object()) return;
  for (const auto& [name, amount] : subject.value.items()) {
    check_amount_of(subject, subject.path.key(name).text(), name, amount);
  }
}

void check_quota_amounts(const Subject& subject, const ordered_json&) {
  if (!subject.value.is_object()) return;
  for (const auto& [name, amount] : subject.value.items()) {
    const std::string field = subject.path.key(name).text();
    check_resource_name(subject, field, name, "quotaResources", "quota");
    check_amount_of(subject, field, name, amount);
  }
}

void check_quota_scopes(const Subject& subject, const ordered_json&) {
  static const std::set<std::string> known = {"Terminating",   "NotTerminating", "BestEffort",
                                              "NotBestEffort", "PriorityClass",  "CrossNamespacePodAffinity"};
  if (!subject.value.is_array()) return;
  std::set<std::string> scopes;
  for (const json& scope : subject.value) scopes.insert(scope.is_string() ? scope.get<std::string>() : "");
  const json& hard = member_or_null(subject.owner, "hard");
  for (const auto& scope : scopes) {
    if (known.count(scope) == 0) subject.invalid("unsupported scope");
    if (known.count(scope) == 0 || !hard.is_object()) continue;
    const bool counts_pods = scope == "BestEffort";
    const bool fits = std::all_of(hard.items().begin(), hard.items().end(), [&](const auto& amount) {
      return counts_pods ? amount.key() == "pods" : lists("podOnlyResources", amount.key());
    });
    if (!fits) subject.invalid("unsupported scope applied to resource");
  }
  for (const char* one : {"Terminating", "BestEffort"}) {
    if (scopes.count(one) != 0 && scopes.count(std::string("Not") + one) != 0) subject.invalid("conflicting scopes");
  }
}

std::string text_of(const json& amount) { return amount.is_string() ? amount.get<std::string>() : amount.dump(); }

/// One comparison within an item of a LimitRange: `low` must not be above `high`.
struct LimitOrder {
  const char* field;  // where the cause is
  const char* shown;  // whose value it shows
  const char* low;
  const char* low_name;
  const char* high;
  const char* high_name;
};

constexpr LimitOrder kLimitOrders[] = {
    {"min", "min", "min", "min value", "max", "max value"},
    {"defaultRequest", "defaultRequest", "min", "min value", "defaultRequest", "default request value"},
    {"defaultRequest", "defaultRequest", "defaultRequest", "default request value", "max", "max value"},
    {"defaultRequest", "defaultRequest", "defaultRequest", "default request value", "default", "default limit value"},
    {"default", "min", "min", "min value", "default", "default value"},
    {"default", "max", "default", "default value", "max", "max value"},
};

void check_limit_order(const Subject& subject, const LimitOrder& order, const std::string& name) {
  const json& low = member_or_null(member_or_null(subject.value, order.low), name);
  const json& high = member_or_null(member_or_null(subject.value, order.high), name);
  const auto least = quantity_of(low);
  const auto most = quantity_of(high);
  if (!least || !most || least->nano() <= most->nano()) return;
  const json& shown = member_or_null(member_or_null(subject.value, order.shown), name);
  subject.invalid_at(
      subject.path.member(order.field).key(name).text(), shown,
      std::string(order.low_name) + " " + text_of(low) + " is greater than " + order.high_name + " " + text_of(high));
}

void check_limit_ratio(const Subject& subject, const std::string& name, const json& ratio) {
  const auto wanted = quantity_of(ratio);
  if (!wanted) return;
  const std::string field = subject.path.member("maxLimitRequestRatio").key(name).text();
  constexpr Quantity::Nano unit = 1'000'000'000;
  if (wanted->nano() < unit) subject.invalid_at(field, ratio, "ratio " + text_of(ratio) + " is less than 1");
  const auto least = quantity_of(member_or_null(member_or_null(subject.value, "min"), name));
  const auto most = quantity_of(member_or_null(member_or_null(subject.value, "max"), name));
  if (!least || !most || least->nano() <= 0) return;
  const double bound = static_cast<double>(most->nano()) / static_cast<double>(least->nano());
  if (static_cast<double>(wanted->nano()) / static_cast<double>(unit) <= bound) return;
  subject.invalid_at(field, ratio, "ratio " + text_of(ratio) + " is greater than max/min = " + std::to_string(bound));
}

void check_limit_values(const Subject& subject, const ordered_json&) {
  std::set<std::string> names;
  for (const char* part : {"max", "min", "default", "defaultRequest"}) {
    const json& amounts = member_or_null(subject.value, part);
    if (!amounts.is_object()) continue;
    const bool of_containers = string_member(subject.value, "type") == "Container";
    for (const auto& [name, amount] : amounts.items()) {
      names.insert(name);
      const std::string field = subject.path.member(part).key(name).text();
      if (of_containers) check_resource_name(subject, field, name, "containerResources", "containers");
    }
  }
  for (const auto& name : names) {
    for (const auto& order : kLimitOrders) check_limit_order(subject, order, name);
  }
  const json& ratios = member_or_null(subject.value, "maxLimitRequestRatio");
  if (!ratios.is_object()) return;
  for (const auto& [name, ratio] : ratios.items()) check_limit_ratio(subject, name, ratio);
}

bool requirement_holds(const json& requirement, const json& labels) {
  const std::string op = string_member(requirement, "operator");
  const json& value = member_or_null(labels, string_member(requirement, "key"));
  const json& values = member_or_null(requirement, "values");
  const bool listed = std::find(values.begin(), values.end(), value) != values.end();
  if (op == "In") return !value.is_null() && listed;
  if (op == "NotIn") return value.is_null() || !listed;
  return op == "Exists" ? !value.is_null() : value.is_null();
}

bool selects(const json& selector, const json& labels) {
  for (const auto& [key, value] : selector.items()) {
    if (member_or_null(labels, key) != value) return false;
  }
  return true;
}

void check_template_labels(const Subject& subject, const ordered_json&) {
  const json& selector = member_or_null(subject.owner, "selector");
  const json& labels = member_or_null(member_or_null(subject.value, "metadata"), "labels");
  const bool plain = member_or_null(selector, "matchLabels").is_string() ||
                     (!selector.contains("matchLabels") && !selector.contains("matchExpressions"));
  const bool of_controller =
      subject.path.text() == "spec.template" && subject.root.value("kind", "") == "ReplicationController";
  if (of_controller) {
    if (!plain || selector.is_null() || selects(selector, labels)) return;
  } else {
    // An invalid or empty selector has a separate cause.
    const FieldPath path = subject.path.parent->member("selector");
    std::vector<Cause> problems;
    check_rules(*find_type("meta.v1.LabelSelector"), path, selector, nullptr, problems);
    if (!problems.empty()) return subject.invalid_at(path.text(), selector, "invalid label selector");
    const json& expressions = member_or_null(selector, "matchExpressions");
    const bool empty = !selector.is_null() && plain;
    const bool holds = selector.is_object() && selects(member_or_null(selector, "matchLabels"), labels) &&
                       std::all_of(expressions.begin(), expressions.end(),
                                   [&](const json& one) { return requirement_holds(one, labels); });
    if (empty || holds) return;
  }
  subject.invalid_at(subject.path.member("metadata").member("labels").text(), labels,
                     "`selector` does not match template `labels`");
}

void check_container_names(const Subject& subject, const ordered_json&) {
  std::set<json> seen;
  for (const char* list : {"containers", "initContainers"}) {
    const json& containers = member_or_null(subject.owner, list);
    const FieldPath path = subject.path.parent->member(list);
    for (std::size_t i = 0; i < containers.size() && containers.is_array(); ++i) {
      const json& name = member_or_null(containers[i], "name");
      if (is_unset(name) || seen.insert(name).second) continue;
      subject.add_at(path.item(i).text() + ".name", "FieldValueDuplicate", "Duplicate value: " + to_text(name));
    }
  }
}

const json* find_volume(const json& spec, const json& name) {
  const json& volumes = member_or_null(spec, "volumes");
  if (!volumes.is_array()) return nullptr;
  const auto found = std::find_if(volumes.begin(), volumes.end(),
                                  [&](const json& volume) { return member_or_null(volume, "name") == name; });
  return found == volumes.end() ? nullptr : &*found;
}

void check_sub_path(const Subject& subject, const std::string& list, const json& mount) {
  for (const char* field : {"subPath", "subPathExpr"}) {
    const std::string path = string_member(mount, field);
    for (const auto& problem : find_format("relative_path")(path)) {
      subject.invalid_at(list + "." + field, path, problem);
    }
  }
}

void check_mount(const Subject& subject, const FieldPath& list, const json& mounts, std::size_t i) {
  const json& mount = mounts[i];
  const FieldPath path = list.item(i);
  const json name = string_member(mount, "name");
  const json& where = member_or_null(mount, "mountPath");
  const auto require = [&](const char* field, const json& value) {
    if (is_unset(value)) subject.add_at(path.member(field).text(), "FieldValueRequired", "Required value");
  };
  require("name", name);
  require("mountPath", where);
  if (find_volume(subject.owner, name) == nullptr) {
    subject.add_at(path.member("name").text(), "FieldValueNotFound", "Not found: " + to_text(name));
  }
  const auto same = [&](const json& other) { return member_or_null(other, "mountPath") == where; };
  if (!is_unset(where) && std::any_of(mounts.begin(), mounts.begin() + static_cast<long>(i), same)) {
    subject.invalid_at(path.member("mountPath").text(), where, "must be unique");
  }
  check_sub_path(subject, list.text(), mount);
  if (!string_member(mount, "subPath").empty() && !string_member(mount, "subPathExpr").empty()) {
    subject.invalid_at(path.member("subPathExpr").text(), mount["subPathExpr"],
                       "subPathExpr and subPath are mutually exclusive");
  }
  const std::string propagation = string_member(mount, "mountPropagation");
  const std::string field = list.text() + ".mountPropagation";
  const bool known = propagation.empty() || propagation == "None" || propagation == "HostToContainer";
  if (known) return;
  if (propagation != "Bidirectional") {
    subject.add_at(field, "FieldValueNotSupported",
                   "Unsupported value: " + to_text(json(propagation)) +
                       R"(: supported values: "Bidirectional", "HostToContainer", "None")");
  } else if (member_or_null(member_or_null(subject.value, "securityContext"), "privileged") != json(true)) {
    subject.add_at(field, "FieldValueForbidden",
                   "Forbidden: Bidirectional mount propagation is available only to privileged containers");
  }
}

void check_device(const Subject& subject, const FieldPath& path, const json& device) {
  const json& name = member_or_null(device, "name");
  const std::string field = path.member("name").text();
  const json* volume = find_volume(subject.owner, name);
  if (volume == nullptr) {
    subject.add_at(field, "FieldValueNotFound", "Not found: " + to_text(name));
  } else if (!volume->contains("persistentVolumeClaim") && !volume->contains("ephemeral")) {
    subject.invalid_at(field, name,
                       "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
  }
  if (is_unset(member_or_null(device, "devicePath"))) {
    subject.add_at(path.member("devicePath").text(), "FieldValueRequired", "Required value");
  }
}

void check_mounts(const Subject& subject, const ordered_json&) {
  const json& mounts = member_or_null(subject.value, "volumeMounts");
  const FieldPath list = subject.path.member("volumeMounts");
  for (std::size_t i = 0; mounts.is_array() && i < mounts.size(); ++i) check_mount(subject, list, mounts, i);
  const json& devices = member_or_null(subject.value, "volumeDevices");
  const FieldPath device_list = subject.path.member("volumeDevices");
  for (std::size_t i = 0; devices.is_array() && i < devices.size(); ++i) {
    check_device(subject, device_list.item(i), devices[i]);
  }
}

void check_host_ports(const Subject& subject, const ordered_json&) {
  const bool on_host = member_or_null(subject.value, "hostNetwork") == json(true);
  std::set<std::string> seen;
  const json& containers = member_or_null(subject.value, "containers");
  const FieldPath list = subject.path.member("containers");
  for (std::size_t i = 0; containers.is_array() && i < containers.size(); ++i) {
    const json& ports = member_or_null(containers[i], "ports");
    const FieldPath container = list.item(i);
    const FieldPath port_list = container.member("ports");
    for (std::size_t j = 0; ports.is_array() && j < ports.size(); ++j) {
      const json& port = member_or_null(ports[j], "hostPort");
      if (!port.is_number() || port == json(0)) continue;
      const std::string protocol = string_member(ports[j], "protocol");
      const std::string key =
          (protocol.empty() ? "TCP" : protocol) + "/" + string_member(ports[j], "hostIP") + "/" + port.dump();
      const std::string field = port_list.item(j).text() + ".hostPort";
      if (!seen.insert(key).second)
        subject.add_at(field, "FieldValueDuplicate", "Duplicate value: " + quoted_text(key));
      if (on_host && port != member_or_null(ports[j], "containerPort")) {
        subject.invalid_at(field, port, "must match `containerPort` when `hostNetwork` is true");
      }
    }
  }
}

void check_service_ports(const Subject& subject, const ordered_json&) {
  const json& ports = subject.value;
  std::set<std::string> seen;
  std::set<json> names;
  for (std::size_t i = 0; ports.is_array() && i < ports.size(); ++i) {
    const FieldPath item = subject.path.item(i);
    const json& name = member_or_null(ports[i], "name");
    const std::string field = item.text() + ".name";
    if (is_unset(name) && ports.size() > 1) subject.add_at(field, "FieldValueRequired", "Required value");
    if (!is_unset(name) && !names.insert(name).second) {
      subject.add_at(field, "FieldValueDuplicate", "Duplicate value: " + to_text(name));
    }
    const std::string protocol = string_member(ports[i], "protocol");
    const json& port = member_or_null(ports[i], "port");
    const std::string shown = protocol.empty() ? "TCP" : protocol;
    if (seen.insert(shown + port.dump()).second) continue;
    subject.add_at(item.text(), "FieldValueDuplicate",
                   R"(Duplicate value: {"Name":"","Protocol":")" + shown + R"(","AppProtocol":null,"Port":)" +
                       port.dump() + R"(,"TargetPort":0,"NodePort":0})");
  }
}

void check_cluster_addresses(const Subject& subject, const ordered_json&) {
  const json& address = member_or_null(subject.value, "clusterIP");
  const json& addresses = member_or_null(subject.value, "clusterIPs");
  const FieldPath list = subject.path.member("clusterIPs");
  if (is_unset(address)) {
    if (!is_unset(addresses))
      subject.invalid_at(list.text(), addresses, "must be empty when `clusterIP` is not specified");
    return;
  }
  const json& first = addresses.is_array() && !addresses.empty() ? addresses[0] : address;
  if (first != address) subject.invalid_at(list.text(), addresses, "first value must match `clusterIP`");
  const std::string type = string_member(subject.value, "type");
  const std::string field = list.item(0).text();
  if (first == json("None")) {
    if (type == "NodePort" || type == "LoadBalancer") {
      subject.invalid_at(field, first, "may not be set to 'None' for " + type + " services");
    }
    return;
  }
  if (!first.is_string()) return;
  for (const auto& problem : find_format("ip")(first.get<std::string>())) subject.invalid_at(field, first, problem);
}

void check_strict_subsets(const Subject& subject, const ordered_json&) {
  const std::string range = string_member(subject.owner, "cidr");
  for (std::size_t i = 0; subject.value.is_array() && i < subject.value.size(); ++i) {
    const json& inner = subject.value[i];
    if (!inner.is_string()) continue;
    const std::string field = subject.path.item(i).text();
    const auto problems = find_format("cidr")(inner.get<std::string>());
    for (const auto& problem : problems) subject.invalid_at(field, inner, problem);
    if (problems.empty() && !is_strict_subset(inner.get<std::string>(), range)) {
      subject.invalid_at(field, inner, "must be a strict subset of `cidr`");
    }
  }
}

void check_metric_source(const Subject& subject, const ordered_json&) {
  static const std::map<std::string, const char*> sources = {{"ContainerResource", "containerResource"},
                                                             {"External", "external"},
                                                             {"Object", "object"},
                                                             {"Pods", "pods"},
                                                             {"Resource", "resource"}};
  const auto wanted = sources.find(string_member(subject.value, "type"));
  if (wanted == sources.end()) return;
  if (member_or_null(subject.value, wanted->second).is_null()) {
    subject.add_at(subject.path.member(wanted->second).text(), "FieldValueRequired",
                   "Required value: must populate information for the given metric source");
  }
  for (const auto& [type, source] : sources) {
    if (source == wanted->second || member_or_null(subject.value, source).is_null()) continue;
    subject.add_at(subject.path.member(source).text(), "FieldValueForbidden",
                   "Forbidden: must populate the given metric source only");
  }
}

void check_event_namespace(const Subject& subject, const ordered_json& argument) {
  const json& about = member_or_null(subject.value, argument.get_ref<const std::string&>());
  const std::string ns = string_member(about, "namespace");
  const std::string own = string_member(member_or_null(subject.value, "metadata"), "namespace");
  // An event about a cluster-scoped object is in `default`.
  if (ns == own || (ns.empty() && own == "default")) return;
  subject.invalid_at(argument.get<std::string>() + ".namespace", ns, "does not match event.namespace");
}

std::size_t text_bytes(const json& values) {
  std::size_t bytes = 0;
  if (!values.is_object()) return 0;
  for (const json& value : values) bytes += value.is_string() ? value.get_ref<const std::string&>().size() : 0;
  return bytes;
}

// The decoded size of a ConfigMap's or a Secret's data.
void check_data_size(const Subject& subject, const ordered_json& argument) {
  constexpr std::size_t most = 1'048'576;
  const auto decoded = [](std::size_t base64) { return base64 / 4 * 3; };
  const std::size_t data = text_bytes(member_or_null(subject.value, "data"));
  const bool is_secret = argument == "data";
  const std::size_t bytes =
      is_secret ? decoded(data) : data + decoded(text_bytes(member_or_null(subject.value, "binaryData")));
  if (bytes <= most) return;
  subject.add_at(argument.get<std::string>(), "FieldValueTooLong",
                 "Too long: may not be more than " + std::to_string(most) + " bytes");
}

void check_annotations_size(const Subject& subject, const ordered_json& argument) {
  std::size_t bytes = text_bytes(subject.value);
  for (const auto& [key, value] : subject.value.items()) bytes += key.size();
  if (bytes <= argument.get<std::size_t>()) return;
  subject.add("FieldValueTooLong", "Too long: may not be more than " + argument.dump() + " bytes");
}

void check_twice(const Subject& subject, const ordered_json& argument) {
  const auto& other = argument.get_ref<const std::string&>();
  if (!subject.value.is_object()) return;
  for (const auto& [key, value] : subject.value.items()) {
    if (member_or_null(subject.owner, other).contains(key)) {
      subject.invalid_at(subject.path.key(key).text(), key, "duplicate of key present in " + other);
    }
  }
}

void check_json(const Subject& subject, const ordered_json&) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  const std::string data = subject.value.is_string() ? subject.value.get<std::string>() : "";
  // Invalid base64 was already rejected.
  if (data.size() % 4 != 0 || data.find_first_not_of(alphabet) != std::string::npos) return;
  const std::string text = from_base64(data);
  if (json::accept(text)) return;
  subject.invalid_at(subject.path.text(), "<secret contents redacted>",
                     text.empty() ? "unexpected end of JSON input"
                                  : "invalid character '" + text.substr(0, 1) + "' looking for beginning of value");
}

}  // namespace

Check find_special_check(std::string_view name) {
  static const std::map<std::string_view, Check> checks = {{"amounts", check_amounts},
                                                           {"annotationsSize", check_annotations_size},
                                                           {"clusterAddresses", check_cluster_addresses},
                                                           {"containerNames", check_container_names},
                                                           {"dataSize", check_data_size},
                                                           {"eventNamespace", check_event_namespace},
                                                           {"hostPorts", check_host_ports},
                                                           {"json", check_json},
                                                           {"limitValues", check_limit_values},
                                                           {"metricSource", check_metric_source},
                                                           {"mounts", check_mounts},
                                                           {"quotaAmounts", check_quota_amounts},
                                                           {"quotaScopes", check_quota_scopes},
                                                           {"resources", check_resources},
                                                           {"servicePorts", check_service_ports},
                                                           {"strictSubsets", check_strict_subsets},
                                                           {"templateLabels", check_template_labels},
                                                           {"twice", check_twice}};
  const auto found = checks.find(name);
  return found == checks.end() ? nullptr : found->second;
}

}  // namespace kplane::testing::server
