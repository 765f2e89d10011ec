#include "local_server/rest/deletes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/rest/list_pages.hpp"
#include "local_server/rest/object_answer.hpp"
#include "local_server/rest/request_body.hpp"
#include "local_server/rest/write_options.hpp"
#include "local_server/schema/custom_definitions.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/store/selectors.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kProtectedNamespaces = {"default", "kube-system", "kube-public"};
constexpr std::int64_t kDefaultGrace = 30;
constexpr const char kJobWarning[] =
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning";

struct Preconditions {
  std::string uid{};
  std::string resource_version{};
};

std::string precondition(const json& preconditions, const char* field) {
  const auto found = preconditions.find(field);
  if (found == preconditions.end() || found->is_null()) return {};
  if (!found->is_string()) throw StatusError(bad_request("DeleteOptions: preconditions must be strings"));
  return found->get<std::string>();
}

Preconditions parse_preconditions(const json& options) {
  const auto preconditions = options.find("preconditions");
  if (preconditions == options.end() || preconditions->is_null()) return {};
  if (!preconditions->is_object()) throw StatusError(bad_request("DeleteOptions: preconditions must be an object"));
  return {precondition(*preconditions, "uid"), precondition(*preconditions, "resourceVersion")};
}

void check_preconditions(const ResourceType& type, const Preconditions& wanted, const StoredObject& current) {
  if (!wanted.uid.empty() && wanted.uid != current.uid()) {
    throw StatusError(conflict(type, current.name(),
                               "the UID in the precondition (" + wanted.uid + ") does not match the UID in record (" +
                                   current.uid() + "). The object might have been deleted and then recreated"));
  }
  if (!wanted.resource_version.empty() && wanted.resource_version != current.resource_version()) {
    throw StatusError(conflict(type, current.name(),
                               "the ResourceVersion in the precondition (" + wanted.resource_version +
                                   ") does not match the ResourceVersion in record (" + current.resource_version() +
                                   "). The object might have been modified"));
  }
}

void check_deletable(const ResourceType& type, const std::string& name) {
  if (!is_namespace(type)) return;
  for (const auto protected_name : kProtectedNamespaces) {
    if (name == protected_name) throw StatusError(protected_namespace(name));
  }
}

/// DeleteOptions, from the body and the query.
struct DeleteOptions {
  Preconditions preconditions{};
  std::string propagation{};  ///< empty: the type's default
  std::optional<std::int64_t> grace{};
  Commit commit = Commit::store;
};

[[noreturn]] void refuse_option(const char* field, const json& value, const char* supported) {
  ResourceType options;
  options.group = "meta.k8s.io";
  options.kind = "DeleteOptions";
  const std::string message = "Unsupported value: " + to_text(value) + ": supported values: " + supported;
  throw StatusError(invalid(options, "", {{"FieldValueNotSupported", message, field}}));
}

void check_propagation(const json& policy) {
  if (policy.is_null() || policy == "Orphan" || policy == "Background" || policy == "Foreground") return;
  refuse_option("propagationPolicy", policy, R"("Foreground", "Background", "Orphan")");
}

bool asks_for_dry_run(const json& dry_run) {
  if (dry_run.is_null() || dry_run == json::array()) return false;
  if (dry_run != json::array({"All"})) refuse_option("dryRun", dry_run, R"("All")");
  return true;
}

// What the body says goes before the query.
std::string wanted_propagation(const RestRequest& request, const json& body) {
  const json policy = body.value("propagationPolicy", json());
  check_propagation(policy);
  if (policy.is_string()) return policy.get<std::string>();
  const json orphan = body.value("orphanDependents", json());
  if (orphan.is_boolean()) return orphan.get<bool>() ? "Orphan" : "Background";
  const auto asked = request.query.find("propagationPolicy");
  if (asked == request.query.end()) return {};
  check_propagation(asked->second);
  return asked->second;
}

std::optional<std::int64_t> wanted_grace(const RestRequest& request, const json& body) {
  const json grace = body.value("gracePeriodSeconds", json());
  if (grace.is_number_integer()) return grace.get<std::int64_t>();
  const auto asked = request.query.find("gracePeriodSeconds");
  if (asked == request.query.end()) return std::nullopt;
  std::int64_t seconds = 0;
  const char* const end = asked->second.data() + asked->second.size();
  const auto read = std::from_chars(asked->second.data(), end, seconds);
  if (read.ec == std::errc{} && read.ptr == end) return seconds;
  throw StatusError(bad_request("strconv.ParseInt: parsing \"" + asked->second + "\": invalid syntax"));
}

DeleteOptions parse_delete_options(const RestRequest& request) {
  const json body = request.body.empty() ? json::object() : parse_document("DeleteOptions", request.body);
  if (!body.is_object()) throw StatusError(bad_request("DeleteOptions must be a JSON object"));
  DeleteOptions options{parse_preconditions(body), wanted_propagation(request, body), wanted_grace(request, body),
                        parse_dry_run(request)};
  if (asks_for_dry_run(body.value("dryRun", json()))) options.commit = Commit::dry_run;
  return options;
}

bool is_core(const ResourceType& type, const char* resource) { return type.group.empty() && type.resource == resource; }
bool is_job(const ResourceType& type) { return type.group == "batch" && type.resource == "jobs"; }

/// Types whose objects leave their dependents alone unless somebody says otherwise.
bool orphans_by_default(const ResourceType& type) { return is_job(type) || is_core(type, "replicationcontrollers"); }

/// Types whose deletion answers the object; that of the others answers a Status.
bool answers_the_object(const ResourceType& type) {
  if (type.group == "storage.k8s.io" && type.resource == "storageclasses") return true;
  if (is_definition(type)) return true;
  if (!type.group.empty()) return false;
  constexpr std::array<std::string_view, 8> core = {
      "pods",         "services",       "serviceaccounts", "persistentvolumeclaims", "persistentvolumes",
      "podtemplates", "resourcequotas", "namespaces"};
  return std::find(core.begin(), core.end(), type.resource) != core.end();
}

// The two finalizers by which the garbage collector, if there is one, is told what to do first.
void set_propagation(const ResourceType& type, const std::string& propagation, json& object) {
  const bool orphans = propagation.empty() ? has_finalizer(object, kOrphanFinalizer) || orphans_by_default(type)
                                           : propagation == "Orphan";
  const bool waits =
      propagation.empty() ? has_finalizer(object, kForegroundFinalizer) && !orphans : propagation == "Foreground";
  set_finalizer(object, kOrphanFinalizer, orphans);
  set_finalizer(object, kForegroundFinalizer, waits);
}

/// Only a pod that runs somewhere has a grace period.
std::int64_t wanted_grace_of(const ResourceType& type, const DeleteOptions& options, const json& object) {
  if (!is_core(type, "pods")) return 0;
  const json spec = object.value("spec", json::object());
  const std::string phase = string_member(object.value("status", json::object()), "phase");
  if (string_member(spec, "nodeName").empty() || phase == "Succeeded" || phase == "Failed") return 0;
  if (options.grace) return std::max<std::int64_t>(*options.grace, 0);
  if (is_marked(object)) return grace_of(object);
  return spec.value("terminationGracePeriodSeconds", kDefaultGrace);
}

Deletion deletion_of(const ResourceType& type, const DeleteOptions& options, const StoredObject& current) {
  json object = current.value();
  if (is_definition(type) && !is_marked(object)) {
    set_finalizer(object, kDefinitionFinalizer, true);
    mark_terminating_definition(object, false);
  }
  if (is_namespace(type) && is_marked(object)) return {object, is_released(type, object)};
  set_propagation(type, options.propagation, object);
  if (is_namespace(type)) {
    mark_terminating(object);
  } else {
    mark_for_deletion(object, wanted_grace_of(type, options, object));
  }
  const bool goes = is_released(type, object);
  // Of what goes at once, only a pod and a namespace are shown as they were marked.
  const bool shows_mark = is_core(type, "pods") || is_namespace(type) || is_marked(current.value());
  if (goes && !shows_mark) return {current.value(), true};
  return {std::move(object), goes};
}

ObjectPtr remove_one(Store& store, const ResourceType& type, const ObjectName& name, const DeleteOptions& options) {
  return store.remove_as(
      type, name,
      [&](const StoredObject& current) {
        check_preconditions(type, options.preconditions, current);
        return deletion_of(type, options, current);
      },
      options.commit);
}

}  // namespace

Answer remove(Store& store, const ResourceType& type, const RestRequest& request) {
  const DeleteOptions options = parse_delete_options(request);
  check_deletable(type, request.name);
  const auto removed = remove_one(store, type, {request.ns, request.name}, options);
  if (removed == nullptr) throw StatusError(not_found(type, request.name));
  const bool stays = is_marked(removed->value()) && !is_released(type, removed->value());
  Answer answer = stays || answers_the_object(type) ? object_answer(200, type, *removed)
                                                    : deleted(type, request.name, removed->uid());
  if (is_job(type) && options.propagation.empty()) add_warning(answer, kJobWarning);
  return answer;
}

bool remove_if_unheld(Store& store, const ResourceType& type, const ObjectName& name) {
  DeleteOptions options;
  options.propagation = "Background";
  options.grace = 0;
  const auto removed = remove_one(store, type, name, options);
  return removed == nullptr || !is_marked(removed->value()) || is_released(type, removed->value());
}

Answer remove_collection(Store& store, const ResourceType& type, const RestRequest& request) {
  if (is_namespace(type)) throw StatusError(method_not_allowed());
  const DeleteOptions options = parse_delete_options(request);
  const Selection selection(type, request.query);
  const Listing listing = store.list(type, request.ns);
  std::vector<ObjectPtr> removed;
  for (const auto& object : listing.objects) {
    if (!selection.matches(*object)) continue;
    // One that somebody else deletes meanwhile is none of what this has deleted.
    // The answer shows them as they were before.
    const auto gone = remove_one(store, type, {object->ns(), object->name()}, options);
    if (gone != nullptr) removed.push_back(object);
  }
  return {200, list_text(type, removed, {listing.resource_version, {}, {}})};
}

}  // namespace kplane::testing::server
