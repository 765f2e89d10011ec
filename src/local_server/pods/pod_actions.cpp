#include "local_server/pods/pod_actions.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/rest/deletes.hpp"
#include "local_server/rest/request_body.hpp"
#include "local_server/rest/write_options.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/schema/validation.hpp"
#include "local_server/store/label_selector.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

const ResourceType& pods() {
  static const ResourceType& type = *find_built_in("", "pods");
  return type;
}

const ResourceType& budgets() {
  static const ResourceType& type = *find_built_in("policy", "poddisruptionbudgets");
  return type;
}

json parse_action(const ResourceType& type, const RestRequest& request) {
  json action = parse_body(type, request.content_type, request.body);
  if (action.is_null()) action = json::object();
  check_envelope(type, action);
  return action;
}

json object_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : json::object();
}

std::int64_t count_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

// nullptr when there is no such condition.
json* find_condition(json& status, const std::string& condition) {
  for (json& each : status["conditions"]) {
    if (string_member(each, "type") == condition) return &each;
  }
  return nullptr;
}

void set_condition(json& status, json condition) {
  json& conditions = status["conditions"];
  if (!conditions.is_array()) conditions = json::array();
  json* found = find_condition(status, string_member(condition, "type"));
  if (found == nullptr) {
    conditions.push_back(std::move(condition));
  } else {
    *found = std::move(condition);
  }
}

[[noreturn]] void refuse_binding(const std::string& pod, const std::string& problem) {
  ResourceType binding;
  binding.resource = "pods/binding";
  throw StatusError(conflict(binding, pod, "pod " + pod + " " + problem));
}

void check_target(const json& target) {
  const std::string kind = string_member(target, "kind");
  if (!kind.empty() && kind != "Node") {
    throw StatusError(unexplained_error("target.kind: Unsupported value: " + quoted_text(kind) +
                                        R"(: supported values: "Node", "<empty>")"));
  }
  if (string_member(target, "name").empty()) throw StatusError(unexplained_error("target.name: Required value"));
}

json bound(const json& pod, const json& binding) {
  json object = pod;
  const std::string name = string_member(object["metadata"], "name");
  const std::string node = string_member(object_at(object, "spec"), "nodeName");
  const json metadata = object_at(binding, "metadata");
  const std::string uid = string_member(metadata, "uid");
  if (!uid.empty() && uid != string_member(object["metadata"], "uid")) {
    throw StatusError(conflict(pods(), name,
                               "Precondition failed: UID in precondition: " + uid +
                                   ", UID in object meta: " + string_member(object["metadata"], "uid")));
  }
  if (is_marked(object)) refuse_binding(name, "is being deleted, cannot be assigned to a host");
  if (!node.empty()) refuse_binding(name, "is already assigned to node " + quoted_text(node));
  if (!object["spec"].value("schedulingGates", json::array()).empty()) {
    refuse_binding(name, "has non-empty .spec.schedulingGates");
  }
  object["spec"]["nodeName"] = binding["target"]["name"];
  for (const char* field : {"annotations", "labels"}) {
    const json added = object_at(metadata, field);
    if (!added.empty()) object["metadata"][field].update(added);
  }
  set_condition(object["status"], {{"type", "PodScheduled"},
                                   {"status", "True"},
                                   {"lastProbeTime", nullptr},
                                   {"lastTransitionTime", rfc3339_now()}});
  return object;
}

std::string comma_joined(const json& values) {
  std::string text;
  for (const json& value : values)
    text += (text.empty() ? "" : ",") + (value.is_string() ? value.get<std::string>() : "");
  return text;
}

/// A LabelSelector as the text that a query would carry. One that is not there selects nothing.
std::string selector_text(const json& selector) {
  std::string text;
  const auto add = [&](const std::string& term) { text += (text.empty() ? "" : ",") + term; };
  const json labels = object_at(selector, "matchLabels");
  for (const auto& [key, value] : labels.items()) add(key + "=" + value.get<std::string>());
  const json expressions = selector.value("matchExpressions", json::array());
  for (const json& expression : expressions) {
    const std::string key = string_member(expression, "key");
    const std::string op = string_member(expression, "operator");
    const std::string values = " (" + comma_joined(expression.value("values", json::array())) + ")";
    if (op == "In") add(std::string(key).append(" in").append(values));
    if (op == "NotIn") add(std::string(key).append(" notin").append(values));
    if (op == "Exists") add(key);
    if (op == "DoesNotExist") add("!" + key);
  }
  return text;
}

bool covers(const json& budget, const json& labels) {
  const json spec = object_at(budget, "spec");
  if (!spec.contains("selector")) return false;
  try {
    return LabelSelector(selector_text(spec["selector"])).matches(labels);
  } catch (const SelectorError&) {
    return false;
  }
}

std::vector<ObjectPtr> budgets_of(const Store& store, const std::string& ns, const json& pod) {
  std::vector<ObjectPtr> found;
  const json labels = object_at(pod["metadata"], "labels");
  for (const auto& budget : store.list(budgets(), ns).objects) {
    if (covers(budget->value(), labels)) found.push_back(budget);
  }
  return found;
}

// What does not run cannot be disrupted.
bool is_exempt(const json& pod) {
  const std::string phase = string_member(object_at(pod, "status"), "phase");
  return is_marked(pod) || phase == "Succeeded" || phase == "Failed" || phase == "Pending";
}

bool is_ready(const json& pod) {
  json status = object_at(pod, "status");
  const json* condition = status.contains("conditions") ? find_condition(status, "Ready") : nullptr;
  return condition != nullptr && string_member(*condition, "status") == "True";
}

bool may_lose_unready(const json& budget) {
  if (string_member(object_at(budget, "spec"), "unhealthyPodEvictionPolicy") == "AlwaysAllow") return true;
  const json status = object_at(budget, "status");
  const std::int64_t desired = count_of(status, "desiredHealthy");
  return desired > 0 && count_of(status, "currentHealthy") >= desired;
}

// One disruption less, unless the budget forbids it.
json charged(const json& budget, const std::string& pod) {
  json object = budget;
  json& status = object["status"];
  const std::string name = string_member(object["metadata"], "name");
  if (count_of(status, "observedGeneration") < count_of(object["metadata"], "generation")) {
    throw StatusError(
        too_many_disruptions("The disruption budget " + name + " is still being processed by the server.", 10));
  }
  const std::int64_t allowed = count_of(status, "disruptionsAllowed");
  if (allowed < 0) throw StatusError(forbidden_object(budgets(), name, "pdb disruptions allowed is negative"));
  if (allowed == 0) {
    throw StatusError(too_many_disruptions(
        "The disruption budget " + name + " needs " + std::to_string(count_of(status, "desiredHealthy")) +
            " healthy pods and has " + std::to_string(count_of(status, "currentHealthy")) + " currently",
        0));
  }
  status["disruptionsAllowed"] = allowed - 1;
  status["disruptedPods"][pod] = rfc3339_now();
  if (allowed == 1) {
    const json* condition = status.contains("conditions") ? find_condition(status, "DisruptionAllowed") : nullptr;
    const bool is_false = condition != nullptr && string_member(*condition, "status") == "False";
    set_condition(status, {{"type", "DisruptionAllowed"},
                           {"status", "False"},
                           {"observedGeneration", count_of(status, "observedGeneration")},
                           {"lastTransitionTime", is_false ? (*condition)["lastTransitionTime"] : json(rfc3339_now())},
                           {"reason", "InsufficientPods"},
                           {"message", ""}});
  }
  return object;
}

void ask_budget(Store& store, const RestRequest& request, const json& pod, Commit commit) {
  const auto found = budgets_of(store, request.ns, pod);
  if (found.empty()) return;
  if (found.size() > 1) {
    throw StatusError(unexplained_error(
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."));
  }
  const StoredObject& budget = *found.front();
  if (!is_ready(pod) && may_lose_unready(budget.value())) return;
  static_cast<void>(store.update(
      budgets(), {request.ns, budget.name()},
      [&](const StoredObject& current) { return charged(current.value(), request.name); }, commit));
}

json disrupted(const json& pod) {
  json object = pod;
  set_condition(object["status"], {{"type", "DisruptionTarget"},
                                   {"status", "True"},
                                   {"lastProbeTime", nullptr},
                                   {"lastTransitionTime", rfc3339_now()},
                                   {"reason", "EvictionByEvictionAPI"},
                                   {"message", "Eviction API: evicting"}});
  return object;
}

}  // namespace

Answer bind_pod(Store& store, const RestRequest& request) {
  static const ResourceType type{"", "v1", "bindings", "Binding", true};
  json binding = parse_action(type, request);
  const std::string name = string_member(binding["metadata"], "name");
  if (!request.name.empty() && name != request.name) {
    throw StatusError(bad_request("name in URL does not match name in Binding object"));
  }
  check_target(object_at(binding, "target"));
  const auto written = store.update(
      pods(), {request.ns, name}, [&](const StoredObject& current) { return bound(current.value(), binding); },
      parse_dry_run(request));
  if (written == nullptr) throw StatusError(not_found(pods(), name));
  return success(201);
}

Answer evict_pod(Store& store, const RestRequest& request) {
  static const ResourceType type{"policy", "v1", "evictions", "Eviction", true};
  const json eviction = parse_action(type, request);
  if (string_member(eviction["metadata"], "name") != request.name) {
    throw StatusError(bad_request("name in URL does not match name in Eviction object"));
  }
  const ObjectName name{request.ns, request.name};
  const auto pod = store.get(pods(), name);
  if (pod == nullptr) throw StatusError(not_found(pods(), request.name));
  const Commit commit = parse_dry_run(request);
  if (!is_exempt(pod->value())) ask_budget(store, request, pod->value(), commit);
  if (!is_marked(pod->value())) {
    static_cast<void>(store.update(
        pods(), name, [](const StoredObject& current) { return disrupted(current.value()); }, commit));
  }
  evict(store, name, request, eviction.value("deleteOptions", json()));
  return success(201);
}

}  // namespace kplane::testing::server
