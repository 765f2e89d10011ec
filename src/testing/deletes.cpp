// Deletions.
#include "deletes.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "json_text.hpp"
#include "list_pages.hpp"
#include "request_body.hpp"
#include "selectors.hpp"
#include "status.hpp"
#include "write_options.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kProtectedNamespaces = {"default", "kube-system", "kube-public",
                                                                  "kube-node-lease"};

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

bool is_namespace(const ResourceType& type) { return type.group.empty() && type.resource == "namespaces"; }

void check_deletable(const ResourceType& type, const std::string& name) {
  if (!is_namespace(type)) return;
  for (const auto protected_name : kProtectedNamespaces) {
    if (name == protected_name) throw StatusError(protected_namespace(name));
  }
}

/// DeleteOptions, from the body and the query.
struct DeleteOptions {
  Preconditions preconditions{};
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

DeleteOptions parse_delete_options(const RestRequest& request) {
  const json body = request.body.empty() ? json::object() : parse_document("DeleteOptions", request.body);
  if (!body.is_object()) throw StatusError(bad_request("DeleteOptions must be a JSON object"));
  check_propagation(body.value("propagationPolicy", json()));
  const auto asked = request.query.find("propagationPolicy");
  if (asked != request.query.end()) check_propagation(asked->second);
  DeleteOptions options{parse_preconditions(body), parse_dry_run(request)};
  if (asks_for_dry_run(body.value("dryRun", json()))) options.commit = Commit::dry_run;
  return options;
}

ObjectPtr remove_one(Store& store, const ResourceType& type, const ObjectName& name, const DeleteOptions& options) {
  return store.remove(
      type, name, [&](const StoredObject& current) { check_preconditions(type, options.preconditions, current); },
      options.commit);
}

}  // namespace

Answer remove(Store& store, const ResourceType& type, const RestRequest& request) {
  const DeleteOptions options = parse_delete_options(request);
  check_deletable(type, request.name);
  const auto removed = remove_one(store, type, {request.ns, request.name}, options);
  if (removed == nullptr) throw StatusError(not_found(type, request.name));
  if (is_namespace(type) && options.commit == Commit::store) store.remove_contents(request.name);
  return deleted(type, request.name, removed->uid());
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
    auto gone = remove_one(store, type, {object->ns(), object->name()}, options);
    if (gone != nullptr) removed.push_back(std::move(gone));
  }
  return {200, list_text(type, removed, {listing.resource_version, {}, {}})};
}

}  // namespace kplane::testing::server
