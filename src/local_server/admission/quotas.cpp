#include "local_server/admission/quotas.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/schema/rules.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

/// An object's usage, by the resource names of quotas.
using Usage = std::map<std::string, Quantity>;

void add(Usage& usage, const std::string& name, const Quantity& amount) {
  const auto [found, added] = usage.emplace(name, amount);
  if (!added) found->second = found->second.with(found->second.nano() + amount.nano());
}

void add_one(Usage& usage, const std::string& name) { add(usage, name, Quantity::parse("1")); }

void add_amounts(Usage& usage, const std::string& prefix, const json& amounts) {
  if (!amounts.is_object()) return;
  for (const auto& [name, amount] : amounts.items()) {
    const auto quantity = quantity_of(amount);
    if (!quantity) continue;
    add(usage, prefix + name, *quantity);
    const bool plain = name == "cpu" || name == "memory" || name == "ephemeral-storage";
    if (plain && prefix == "requests.") add(usage, name, *quantity);
  }
}

void add_pod(Usage& usage, const json& spec) {
  for (const auto& container : member_or_null(spec, "containers")) {
    const json& resources = member_or_null(container, "resources");
    add_amounts(usage, "requests.", member_or_null(resources, "requests"));
    add_amounts(usage, "limits.", member_or_null(resources, "limits"));
  }
}

void add_service(Usage& usage, const json& spec) {
  const std::string type = string_member(spec, "type");
  if (type == "LoadBalancer") add_one(usage, "services.loadbalancers");
  if (type != "LoadBalancer" && type != "NodePort") return;
  for (std::size_t i = 0; i < member_or_null(spec, "ports").size(); ++i) add_one(usage, "services.nodeports");
}

void add_claim(Usage& usage, const json& spec) {
  const auto storage =
      quantity_of(member_or_null(member_or_null(member_or_null(spec, "resources"), "requests"), "storage"));
  const std::string storage_class = string_member(spec, "storageClassName");
  const std::string prefix = storage_class + ".storageclass.storage.k8s.io/";
  if (storage) add(usage, "requests.storage", *storage);
  if (storage_class.empty()) return;
  add_one(usage, prefix + "persistentvolumeclaims");
  if (storage) add(usage, prefix + "requests.storage", *storage);
}

Usage usage_of(const ResourceType& type, const json& object) {
  Usage usage;
  add_one(usage, "count/" + qualified_resource(type));
  if (!type.group.empty()) return usage;
  add_one(usage, type.resource);
  const json& spec = member_or_null(object, "spec");
  if (type.kind == "Pod") add_pod(usage, spec);
  if (type.kind == "Service") add_service(usage, spec);
  if (type.kind == "PersistentVolumeClaim") add_claim(usage, spec);
  return usage;
}

bool is_best_effort(const json& spec) {
  const auto containers = member_or_null(spec, "containers");
  return std::all_of(containers.begin(), containers.end(), [](const json& container) {
    const json& resources = member_or_null(container, "resources");
    return member_or_null(resources, "requests").empty() && member_or_null(resources, "limits").empty();
  });
}

bool is_in_scope(const std::string& scope, const json& spec) {
  if (scope == "Terminating") return spec.contains("activeDeadlineSeconds");
  if (scope == "NotTerminating") return !spec.contains("activeDeadlineSeconds");
  if (scope == "BestEffort") return is_best_effort(spec);
  if (scope == "NotBestEffort") return !is_best_effort(spec);
  return scope != "PriorityClass" || !string_member(spec, "priorityClassName").empty();
}

bool scope_selects(const json& expression, const json& spec) {
  const std::string scope = string_member(expression, "scopeName");
  const std::string op = string_member(expression, "operator");
  if (scope != "PriorityClass" || op == "Exists") return is_in_scope(scope, spec);
  const auto values = strings_member(expression, "values");
  const std::string name = string_member(spec, "priorityClassName");
  const bool listed = std::find(values.begin(), values.end(), name) != values.end();
  return op == "In" ? listed : (op == "NotIn" ? !listed : name.empty());
}

// Scopes only concern pods: a quota with scopes counts nothing else.
bool applies(const json& quota, const ResourceType& type, const json& object) {
  const json& spec = member_or_null(quota, "spec");
  const auto scopes = strings_member(spec, "scopes");
  const json& expressions = member_or_null(member_or_null(spec, "scopeSelector"), "matchExpressions");
  if (scopes.empty() && expressions.empty()) return true;
  if (type.kind != "Pod") return false;
  const json& pod = object.at("spec");
  return std::all_of(scopes.begin(), scopes.end(), [&](const auto& scope) { return is_in_scope(scope, pod); }) &&
         std::all_of(expressions.begin(), expressions.end(), [&](const json& one) { return scope_selects(one, pod); });
}

// The containers of a pod that do not specify what a quota counts.
std::string unspecified(const std::string& resource, const json& object) {
  const bool limits = resource.rfind("limits.", 0) == 0;
  const std::string name = resource.substr(resource.find('.') == std::string::npos ? 0 : resource.find('.') + 1);
  static const std::set<std::string> counted = {"cpu", "memory"};
  std::string names;
  if (counted.count(name) == 0) return names;
  for (const auto& container : member_or_null(member_or_null(object, "spec"), "containers")) {
    const json& amounts = member_or_null(member_or_null(container, "resources"), limits ? "limits" : "requests");
    if (amounts.contains(name)) continue;
    names += (names.empty() ? "" : ",") + string_member(container, "name");
  }
  return names;
}

std::string missing_amounts(const json& hard, const json& pod) {
  std::string text;
  for (const auto& [resource, amount] : hard.items()) {
    const std::string names = unspecified(resource, pod);
    if (!names.empty())
      text.append(text.empty() ? "must specify " : "; ").append(resource).append(" for: ").append(names);
  }
  return text;
}

bool counts(const json& quota) { return !member_or_null(member_or_null(quota, "status"), "hard").empty(); }

/// One quota that an object is charged to.
class Charge {
 public:
  Charge(const ResourceType& type, const std::string& name, const json& quota)
      : type_(type), name_(name), quota_(quota) {}

  /// @return `status.used` afterwards
  json add(const Usage& usage, const json& object) {
    const json& status = quota_.at("status");
    const json& hard = status.at("hard");
    json used = status.value("used", json::object());
    const std::string quota = string_member(quota_["metadata"], "name");
    if (type_.kind == "Pod") {
      const std::string missing = missing_amounts(hard, object);
      if (!missing.empty()) refuse("failed quota: " + quota + ": " + missing);
    }
    for (const auto& [resource, amount] : usage) {
      if (hard.contains(resource)) add_one(resource, amount, hard[resource], used);
    }
    if (!unknown_.empty()) refuse("status unknown for quota: " + quota + ", resources: " + unknown_);
    if (!requested_.empty()) {
      refuse("exceeded quota: " + quota + ", requested: " + requested_ + ", used: " + used_ + ", limited: " + limited_);
    }
    return used;
  }

 private:
  void add_one(const std::string& resource, const Quantity& amount, const json& hard, json& used) {
    const auto bound = quantity_of(hard);
    const auto there = quantity_of(member_or_null(used, resource));
    if (!there) {
      unknown_ += (unknown_.empty() ? "" : ",") + resource;
      return;
    }
    const Quantity sum = there->with(there->nano() + amount.nano());
    if (bound && amount.nano() > 0 && sum.nano() > bound->nano()) {
      const auto note = [&](std::string& list, const Quantity& value) {
        list += (list.empty() ? "" : ",") + resource + "=" + value.text();
      };
      note(requested_, amount);
      note(used_, *there);
      note(limited_, *bound);
      return;
    }
    used[resource] = sum.text();
  }

  [[noreturn]] void refuse(const std::string& problem) const {
    throw StatusError(forbidden_object(type_, name_, problem));
  }

  const ResourceType& type_;
  const std::string& name_;
  const json& quota_;
  std::string unknown_;
  std::string requested_;
  std::string used_;
  std::string limited_;
};

}  // namespace

void charge_quotas(Store& store, const ResourceType& type, const std::string& ns, const std::string& name,
                   const json& object, Commit commit) {
  static const ResourceType* const quotas = find_built_in("", "v1", "resourcequotas");
  const auto found = store.list(*quotas, ns).objects;
  if (found.empty()) return;
  const Usage usage = usage_of(type, object);
  for (const auto& quota : found) {
    if (!counts(quota->value())) continue;
    if (!applies(quota->value(), type, object)) continue;
    const auto charged = store.update(
        *quotas, {ns, quota->name()},
        [&](const StoredObject& current) {
          json changed = current.value();
          if (!counts(changed)) return changed;
          changed["status"]["used"] = Charge(type, name, current.value()).add(usage, object);
          return changed;
        },
        commit);
    static_cast<void>(charged);  // ignore a quota that was deleted meanwhile
  }
}

}  // namespace kplane::testing::server
