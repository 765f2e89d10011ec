// Kubernetes REST semantics.
#include "rest.hpp"

#include <array>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "identity.hpp"
#include "json_text.hpp"
#include "list_pages.hpp"
#include "patch.hpp"
#include "selectors.hpp"
#include "status.hpp"
#include "validation.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::size_t kExcerpt = 64;
constexpr std::array<std::string_view, 4> kProtectedNamespaces = {"default", "kube-system", "kube-public",
                                                                  "kube-node-lease"};

std::string media_type_of(const std::string& content_type) {
  const std::string_view type = std::string_view(content_type).substr(0, content_type.find(';'));
  const std::size_t end = type.find_last_not_of(" \t");
  return std::string(type.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

void require_json(const RestRequest& request) {
  const std::string type = media_type_of(request.content_type);
  if (!type.empty() && type != kJsonType) throw StatusError(unsupported_media_type(kJsonType));
}

json parse_object(const ResourceType& type, const std::string& body) {
  try {
    return parse_json(body);
  } catch (const JsonTextError& error) {
    throw StatusError(bad_request("the object provided is unrecognized (must be of type " + type.kind +
                                  "): couldn't get version/kind; json parse error: " + error.what() + " (" +
                                  body.substr(0, kExcerpt) + ")"));
  }
}

json parse_body(const std::string& what, const std::string& body) {
  try {
    return parse_json(body);
  } catch (const JsonTextError& error) {
    throw StatusError(bad_request("error decoding " + what + ": " + error.what()));
  }
}

Answer object_answer(int status, const StoredObject& object) { return {status, to_text(object.value()) + "\n"}; }

void check_namespace_match(const RestRequest& request, const json& metadata) {
  const std::string ns = string_member(metadata, "namespace");
  if (ns.empty() || ns == request.ns) return;
  throw StatusError(
      bad_request("the namespace of the provided object does not match the namespace sent on the request"));
}

// What clients may not decide, and managedFields, which this server does not keep.
void drop_server_fields(json& metadata) {
  for (const char* field : {"uid", "creationTimestamp", "generation", "resourceVersion", "managedFields", "selfLink",
                            "deletionTimestamp"}) {
    metadata.erase(field);
  }
}

void fill_namespace(json& object) {
  object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"];
  object["spec"] = {{"finalizers", {"kubernetes"}}};
  object["status"] = {{"phase", "Active"}};
}

void fill_defaults(const ResourceType& type, json& object) {
  if (!type.group.empty()) return;
  if (type.resource == "namespaces") fill_namespace(object);
  if (type.resource == "pods") object["status"] = {{"phase", "Pending"}};
}

std::string name_to_create(json& metadata) {
  std::string name = string_member(metadata, "name");
  const std::string prefix = string_member(metadata, "generateName");
  if (!name.empty() || prefix.empty()) return name;
  constexpr std::size_t kSuffix = 5;
  return prefix + random_suffix(kSuffix);
}

Answer create(Store& store, const ResourceType& type, const RestRequest& request) {
  require_json(request);
  json object = parse_object(type, request.body);
  check_envelope(type, object);
  json& metadata = object["metadata"];
  if (!string_member(metadata, "resourceVersion").empty()) {
    throw StatusError(bad_request("resourceVersion should not be set on objects to be created"));
  }
  check_namespace_match(request, metadata);
  const std::string name = name_to_create(metadata);
  check_valid(type, name, object);
  drop_server_fields(metadata);
  metadata["name"] = name;
  if (type.has_status) object.erase("status");
  fill_defaults(type, object);
  bool namespace_missing = false;
  const auto created = store.create(type, {request.ns, name}, std::move(object), &namespace_missing);
  if (namespace_missing) throw StatusError(not_found(*find_built_in("", "namespaces"), request.ns));
  if (created == nullptr) throw StatusError(already_exists(type, name));
  return object_answer(201, *created);
}

Answer get(const Store& store, const ResourceType& type, const RestRequest& request) {
  const auto object = store.get(type, {request.ns, request.name});
  if (object == nullptr) throw StatusError(not_found(type, request.name));
  return object_answer(200, *object);
}

void check_identity(const ResourceType& type, const RestRequest& request, const StoredObject& current,
                    const json& metadata) {
  const std::string name = string_member(metadata, "name");
  if (name != request.name) {
    throw StatusError(
        bad_request("the name of the object (" + name + ") does not match the name on the URL (" + request.name + ")"));
  }
  check_namespace_match(request, metadata);
  const std::string uid = string_member(metadata, "uid");
  if (!uid.empty() && uid != current.uid()) {
    throw StatusError(conflict(
        type, name, "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + current.uid()));
  }
  const std::string version = string_member(metadata, "resourceVersion");
  if (!version.empty() && version != current.resource_version()) throw StatusError(modified_conflict(type, name));
}

json with_status_of(json object, const json& status_source) {
  const auto status = status_source.find("status");
  if (status == status_source.end()) {
    object.erase("status");
  } else {
    object["status"] = *status;
  }
  return object;
}

// What a write to the main resource, or to `status`, leaves in the store.
json merged_write(const ResourceType& type, const RestRequest& request, const StoredObject& current, json desired) {
  check_envelope(type, desired);
  check_identity(type, request, current, desired["metadata"]);
  if (request.subresource == "status") return with_status_of(current.value(), desired);
  check_valid(type, request.name, desired);
  drop_server_fields(desired["metadata"]);
  if (type.namespaced) desired["metadata"]["namespace"] = request.ns;
  return type.has_status ? with_status_of(std::move(desired), current.value()) : desired;
}

Answer write(Store& store, const ResourceType& type, const RestRequest& request, const Store::Edit& edit) {
  const auto written = store.update(type, {request.ns, request.name}, edit);
  if (written == nullptr) throw StatusError(not_found(type, request.name));
  return object_answer(200, *written);
}

Answer replace(Store& store, const ResourceType& type, const RestRequest& request) {
  require_json(request);
  const json desired = parse_object(type, request.body);
  return write(store, type, request,
               [&](const StoredObject& current) { return merged_write(type, request, current, desired); });
}

std::string accepted_patches(const ResourceType& type) {
  const std::string accepted = std::string(kJsonPatchType) + ", " + kMergePatchType;
  return type.custom ? accepted + ", application/apply-patch+yaml" : accepted;
}

Answer patch(Store& store, const ResourceType& type, const RestRequest& request) {
  const std::string media_type = media_type_of(request.content_type);
  if (!is_patch_type(media_type)) throw StatusError(unsupported_media_type(accepted_patches(type)));
  const json document = parse_body("patch", request.body);
  return write(store, type, request, [&](const StoredObject& current) {
    return merged_write(type, request, current, apply_patch(media_type, current.value(), document));
  });
}

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

Preconditions parse_delete_options(const std::string& body) {
  if (body.empty()) return {};
  const json options = parse_body("DeleteOptions", body);
  if (!options.is_object()) throw StatusError(bad_request("DeleteOptions must be a JSON object"));
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

Answer remove(Store& store, const ResourceType& type, const RestRequest& request) {
  const Preconditions wanted = parse_delete_options(request.body);
  check_deletable(type, request.name);
  const auto removed = store.remove(type, {request.ns, request.name},
                                    [&](const StoredObject& current) { check_preconditions(type, wanted, current); });
  if (removed == nullptr) throw StatusError(not_found(type, request.name));
  if (is_namespace(type)) store.remove_contents(request.name);
  return deleted(type, request.name, removed->uid());
}

// Answers with what it has deleted. An object that somebody else deletes meanwhile is none of it.
Answer remove_collection(Store& store, const ResourceType& type, const RestRequest& request) {
  const Preconditions wanted = parse_delete_options(request.body);
  const Selection selection(type, request.query);
  const Listing listing = store.list(type, request.ns);
  std::vector<ObjectPtr> removed;
  for (const auto& object : listing.objects) {
    if (!selection.matches(*object)) continue;
    auto gone = store.remove(type, {object->ns(), object->name()},
                             [&](const StoredObject& current) { check_preconditions(type, wanted, current); });
    if (gone != nullptr) removed.push_back(std::move(gone));
  }
  return {200, list_text(type, removed, {listing.resource_version, {}, {}})};
}

Answer answer_collection(Store& store, const ResourceType& type, const RestRequest& request) {
  if (request.method == "GET") return answer_list(store, type, request.ns, request.query);
  const bool namespace_known = !type.namespaced || !request.ns.empty();
  if (request.method == "POST" && namespace_known) return create(store, type, request);
  if (request.method == "DELETE" && namespace_known && !is_namespace(type)) {
    return remove_collection(store, type, request);
  }
  throw StatusError(method_not_allowed());
}

}  // namespace

std::string verb_of(const std::string& method, bool on_collection) {
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return on_collection ? "deletecollection" : "delete";
  return on_collection ? "list" : "get";
}

Answer answer_rest(Store& store, const ResourceType& type, const RestRequest& request) {
  if (request.name.empty()) return answer_collection(store, type, request);
  if (request.method == "GET") return get(store, type, request);
  if (request.method == "PUT") return replace(store, type, request);
  if (request.method == "PATCH") return patch(store, type, request);
  if (request.method == "DELETE" && request.subresource.empty()) return remove(store, type, request);
  throw StatusError(method_not_allowed());
}

}  // namespace kplane::testing::server
