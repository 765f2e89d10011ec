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
#include "local_server/rest/list_query.hpp"
#include "local_server/rest/object_answer.hpp"
#include "local_server/rest/request_body.hpp"
#include "local_server/rest/write_options.hpp"
#include "local_server/schema/custom_definitions.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/store/selectors.hpp"
#include "local_server/types/strategies.hpp"

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

/// For messages with `ConfigMap` instead of `configmaps`.
ResourceType named_by_kind(ResourceType type) {
  type.resource = type.kind;
  return type;
}

void check_preconditions(const ResourceType& type, const Preconditions& wanted, const StoredObject& current) {
  if (!wanted.uid.empty() && wanted.uid != current.uid()) {
    throw StatusError(conflict(named_by_kind(type), current.name(),
                               "the UID in the precondition (" + wanted.uid + ") does not match the UID in record (" +
                                   current.uid() + "). The object might have been deleted and then recreated"));
  }
  if (!wanted.resource_version.empty() && wanted.resource_version != current.resource_version()) {
    throw StatusError(conflict(named_by_kind(type), current.name(),
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
  std::optional<std::string> propagation{};  ///< none: the type's default
  std::optional<std::int64_t> grace{};
  Commit commit = Commit::store;
};

[[noreturn]] void refuse_option(const char* field, const json& value, const char* supported) {
  ResourceType options;
  options.group = "meta.k8s.io";
  options.kind = "DeleteOptions";
  const std::string shown = "value: " + to_text(value) + ": ";
  if (supported == nullptr) {
    throw StatusError(
        invalid(options, "",
                {{"FieldValueInvalid",
                  "Invalid " + shown + "orphanDependents and deletionPropagation cannot be both set", field}}));
  }
  throw StatusError(invalid(
      options, "", {{"FieldValueNotSupported", "Unsupported " + shown + "supported values: " + supported, field}}));
}

// As the real server reports a decoding error here: without a reason.
[[noreturn]] void refuse_body_type(const std::string& field, const json& value, const char* expected) {
  throw StatusError(unexplained_error("json: cannot unmarshal " + std::string(value.type_name()) +
                                      " into Go struct field " + field + " of type " + expected));
}

/// A member of the options' document. @return nullptr when it is not there, or null
const json* option(const json& document, const char* name, json::value_t type, const char* expected,
                   const char* owner = "DeleteOptions.") {
  const auto found = document.find(name);
  if (found == document.end() || found->is_null()) return nullptr;
  const bool fits = type == json::value_t::number_integer ? found->is_number_integer() : found->type() == type;
  if (!fits) refuse_body_type(std::string(owner) + name, *found, expected);
  return &*found;
}

std::string precondition(const json& preconditions, const char* field, const char* expected) {
  const json* found = option(preconditions, field, json::value_t::string, expected, "Preconditions.preconditions.");
  return found == nullptr ? std::string() : found->get<std::string>();
}

json parse_options_document(const std::string& content_type, const std::string& body) {
  if (media_type_of(content_type) == "application/yaml") return parse_yaml(body);
  require_json(content_type);
  try {
    return parse_json(body);
  } catch (const JsonTextError& error) {
    throw StatusError(unexplained_error(std::string("couldn't get version/kind; json parse error: ") + error.what()));
  }
}

DeleteOptions options_from_body(const RestRequest& request) {
  json body = parse_options_document(request.content_type, request.body);
  if (body.is_null()) body = json::object();
  if (!body.is_object()) {
    throw StatusError(unexplained_error("couldn't get version/kind; json parse error: json: cannot unmarshal " +
                                        std::string(body.type_name()) + " into Go value of type struct"));
  }
  const std::string kind = string_member(body, "kind");
  if (!kind.empty() && kind != "DeleteOptions") {
    throw StatusError(unexplained_error("no kind \"" + kind + "\" is registered for version \"" +
                                        string_member(body, "apiVersion") +
                                        R"(" in scheme "pkg/runtime/scheme.go:110")"));
  }
  DeleteOptions options;
  if (const json* found = option(body, "preconditions", json::value_t::object, "v1.Preconditions")) {
    options.preconditions = {precondition(*found, "uid", "types.UID"),
                             precondition(*found, "resourceVersion", "string")};
  }
  if (const json* found = option(body, "gracePeriodSeconds", json::value_t::number_integer, "int64")) {
    options.grace = found->get<std::int64_t>();
  }
  if (const json* found = option(body, "propagationPolicy", json::value_t::string, "v1.DeletionPropagation")) {
    options.propagation = found->get<std::string>();
  }
  if (const json* found = option(body, "orphanDependents", json::value_t::boolean, "bool")) {
    if (options.propagation) refuse_option("propagationPolicy", *options.propagation, nullptr);
    options.propagation = found->get<bool>() ? "Orphan" : "Background";
  }
  if (const json* found = option(body, "dryRun", json::value_t::array, "[]string");
      found != nullptr && !found->empty()) {
    if (*found != json::array({"All"})) refuse_option("dryRun", *found, R"("All")");
    options.commit = Commit::dry_run;
  }
  return options;
}

DeleteOptions options_from_query(const RestRequest& request) {
  DeleteOptions options;
  options.commit = parse_dry_run(request);
  const auto policy = request.query.find("propagationPolicy");
  if (policy != request.query.end()) options.propagation = policy->second;
  const auto orphans = request.query.find("orphanDependents");
  if (orphans != request.query.end()) options.propagation = orphans->second == "true" ? "Orphan" : "Background";
  const auto grace = request.query.find("gracePeriodSeconds");
  if (grace == request.query.end()) return options;
  std::int64_t seconds = 0;
  const char* const end = grace->second.data() + grace->second.size();
  const auto read = std::from_chars(grace->second.data(), end, seconds);
  if (read.ec != std::errc{} || read.ptr != end) {
    throw StatusError(bad_request("strconv.ParseInt: parsing \"" + grace->second + "\": invalid syntax"));
  }
  options.grace = seconds;
  return options;
}

// With a body, the query is ignored.
DeleteOptions parse_delete_options(const RestRequest& request) {
  DeleteOptions options = request.body.empty() ? options_from_query(request) : options_from_body(request);
  const auto& policy = options.propagation;
  if (policy && policy != "Orphan" && policy != "Background" && policy != "Foreground") {
    refuse_option("propagationPolicy", *policy, R"("Foreground", "Background", "Orphan", "nil")");
  }
  return options;
}

bool is_core(const ResourceType& type, const char* resource) { return type.group.empty() && type.resource == resource; }
bool is_job(const ResourceType& type) { return type.group == "batch" && type.resource == "jobs"; }

// The two finalizers that tell the garbage collector, if there is one, what to do first.
void set_propagation(const ResourceType& type, const std::optional<std::string>& policy, json& object) {
  const Strategy& strategy = strategy_of(type);
  if (!strategy.collected) return;
  const bool orphans = policy ? policy == "Orphan" : has_finalizer(object, kOrphanFinalizer) || strategy.orphans;
  const bool waits = policy ? policy == "Foreground" : has_finalizer(object, kForegroundFinalizer) && !orphans;
  set_finalizer(object, kOrphanFinalizer, orphans);
  set_finalizer(object, kForegroundFinalizer, waits);
}

/// Only a pod with a node has a grace period.
std::int64_t wanted_grace_of(const ResourceType& type, const DeleteOptions& options, const json& object) {
  if (!is_core(type, "pods")) return 0;
  const json spec = object.value("spec", json::object());
  const std::string phase = string_member(object.value("status", json::object()), "phase");
  if (string_member(spec, "nodeName").empty() || phase == "Succeeded" || phase == "Failed") return 0;
  if (!options.grace && is_marked(object)) return grace_of(object);
  const std::int64_t grace = options.grace.value_or(spec.value("terminationGracePeriodSeconds", kDefaultGrace));
  return grace < 0 ? 1 : grace;
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
  // Of objects that are removed at once, only pods and namespaces are returned marked.
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
  Answer answer = stays || strategy_of(type).answers_object ? object_answer(200, type, *removed)
                                                            : deleted(type, request.name, removed->uid());
  if (is_job(type) && !options.propagation) add_warning(answer, kJobWarning);
  return answer;
}

void evict(Store& store, const ObjectName& pod, const RestRequest& request, const json& delete_options) {
  const ResourceType& type = *find_built_in("", "pods");
  RestRequest deletion = request;
  deletion.content_type.clear();
  deletion.body = delete_options.is_object() ? to_text(delete_options) : std::string();
  DeleteOptions options = parse_delete_options(deletion);
  if (parse_dry_run(request) == Commit::dry_run) options.commit = Commit::dry_run;
  if (remove_one(store, type, pod, options) == nullptr) throw StatusError(not_found(type, pod.name));
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
  const std::int64_t limit = parse_list_query(request.query).limit;
  const Listing listing = store.list(type, request.ns);
  std::vector<ObjectPtr> removed;
  for (const auto& object : listing.objects) {
    if (limit > 0 && removed.size() == static_cast<std::size_t>(limit)) break;
    if (!selection.matches(*object)) continue;
    // An object deleted concurrently by another request is not in the result.
    // The answer shows them as they were before.
    const auto gone = remove_one(store, type, {object->ns(), object->name()}, options);
    if (gone != nullptr) removed.push_back(object);
  }
  return {200, list_text(type, removed, {listing.resource_version, {}, {}})};
}

}  // namespace kplane::testing::server
