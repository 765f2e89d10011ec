#include "local_server/rest/writes.hpp"

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "local_server/admission/admission.hpp"
#include "local_server/auth/escalation.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/patch/managed_fields.hpp"
#include "local_server/patch/patch.hpp"
#include "local_server/patch/strategic_patch.hpp"
#include "local_server/rest/object_answer.hpp"
#include "local_server/rest/request_body.hpp"
#include "local_server/rest/scale.hpp"
#include "local_server/rest/unknown_fields.hpp"
#include "local_server/rest/write_options.hpp"
#include "local_server/schema/bindings.hpp"
#include "local_server/schema/custom_definitions.hpp"
#include "local_server/schema/defaults.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/schema/validation.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

void check_namespace_match(const RestRequest& request, const json& metadata) {
  const std::string ns = string_member(metadata, "namespace");
  if (ns.empty() || ns == request.ns) return;
  throw StatusError(
      bad_request("the namespace of the provided object does not match the namespace sent on the request"));
}

// What clients may not decide.
void drop_server_fields(json& metadata) {
  for (const char* field : {"uid", "creationTimestamp", "generation", "resourceVersion", "managedFields", "selfLink",
                            "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    metadata.erase(field);
  }
}

void fill_namespace(json& object) {
  object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"];
  object["spec"] = {{"finalizers", {"kubernetes"}}};
}

// What a real server fills in that is nobody's to manage.
void fill_defaults(const ResourceType& type, json& object) {
  if (is_definition(type)) return;
  if (is_namespace(type)) fill_namespace(object);
  fill_created(type, object);
}

// What a real server fills in that belongs to whoever wrote the object.
void fill_owned_defaults(const ResourceType& type, json& object) {
  if (is_definition(type)) fill_definition(object);
}

std::string name_to_create(const json& metadata) {
  std::string name = string_member(metadata, "name");
  const std::string prefix = string_member(metadata, "generateName");
  if (!name.empty() || prefix.empty()) return name;
  constexpr std::size_t kSuffix = 5;
  return prefix + random_suffix(kSuffix);
}

Answer with_headers(Answer answer, Headers headers) {
  for (auto& header : headers) answer.headers.push_back(std::move(header));
  return answer;
}

/// Stores a new object whose managers are known. @return nullptr when the name is taken
ObjectPtr store_new(Store& store, const ResourceType& type, const ObjectName& name, json object, Commit commit) {
  check_cluster_label(type, name.name, store.cluster());
  fill_defaults(type, object);
  NamespaceState ns = NamespaceState::active;
  auto created = store.create(type, name, std::move(object), &ns, commit);
  if (ns == NamespaceState::missing) throw StatusError(not_found(*find_built_in("", "namespaces"), name.ns));
  if (ns == NamespaceState::terminating) throw StatusError(terminating_namespace(type, name.name, name.ns));
  return created;
}

// The finalizers of a namespace's spec change through its `finalize` subresource alone.
json namespace_write(const RestRequest& request, const json& current, json desired) {
  json spec = current.value("spec", json::object());
  if (request.subresource == "finalize") {
    spec = json::object();
    const json finalizers = desired.value("spec", json::object()).value("finalizers", json::array());
    if (!finalizers.empty()) spec["finalizers"] = finalizers;
  }
  desired["spec"] = std::move(spec);
  desired["metadata"]["labels"]["kubernetes.io/metadata.name"] = request.name;
  return desired;
}

// Makes an object what is stored, unless admission or validation refuses it. @return warnings
Headers prepare_new(const Creation& creation, json& object) {
  const ResourceType& type = creation.type;
  const std::string& name = creation.name;
  drop_server_fields(object["metadata"]);
  object["metadata"]["name"] = name;
  object["metadata"]["uid"] = random_uuid();
  fill_owned_defaults(type, object);
  admit(creation, object);
  check_valid(type, name, object);
  if (type.has_status) object.erase("status");
  return admit_final(creation, object);
}

Creation creation_of(Store& store, const ResourceType& type, const RestRequest& request, const std::string& name,
                     Commit commit) {
  Store& objects = request.admission_store == nullptr ? store : *request.admission_store;
  return {store, objects, type, request.ns, name, commit};
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
  if (!uid.empty() && uid != current.uid() && request.method == "PATCH") {
    throw StatusError(invalid(
        type, name,
        {{"FieldValueInvalid", "Invalid value: " + to_text(json(uid)) + ": field is immutable", "metadata.uid"}}));
  }
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

// A write to the status of some types takes metadata along: what their strategies in an API server do not put back.
void take_status_metadata(const ResourceType& type, json& object, const json& desired) {
  const auto take = [&](const char* field) {
    const auto found = desired.find(field);
    if (found == desired.end()) {
      object["metadata"].erase(field);
    } else {
      object["metadata"][field] = *found;
    }
  };
  if (type.resource == "pods") take("labels");
  if (type.resource == "pods" || type.resource == "deployments") take("annotations");
}

// What a write to the main resource, or to `status`, leaves in the store.
json merged_write(const ResourceType& type, const RestRequest& request, const StoredObject& current, json desired) {
  check_identity(type, request, current, desired["metadata"]);
  if (request.subresource == "status") {
    json object = with_status_of(current.value(), desired);
    take_status_metadata(type, object, desired["metadata"]);
    object["apiVersion"] = api_version(type);
    return object;
  }
  fill_owned_defaults(type, desired);
  drop_server_fields(desired["metadata"]);
  if (type.namespaced) desired["metadata"]["namespace"] = request.ns;
  keep_created(type, current.value(), desired);
  if (is_namespace(type)) desired = namespace_write(request, current.value(), std::move(desired));
  return type.has_status ? with_status_of(std::move(desired), current.value()) : desired;
}

FieldManager manager_of(const WriteOptions& options, const RestRequest& request) {
  return {options.manager, request.subresource};
}

json role_ref_of(const ResourceType& type, const json& object) {
  return is_binding(type) ? object.value("roleRef", json()) : json();
}

/// For a write to an object that is there: which role a binding refers to cannot change.
GrantCheck grant_check_of_stored(const Store& store, const ResourceType& type, const RestRequest& request) {
  const auto stored = is_binding(type) ? store.get(type, {request.ns, request.name}) : nullptr;
  return {request.requester, type, request.ns, request.name,
          stored == nullptr ? json() : role_ref_of(type, stored->value())};
}

void check_grant_of_new(const ResourceType& type, const RestRequest& request, const std::string& name,
                        const json& object) {
  GrantCheck(request.requester, type, request.ns, name, role_ref_of(type, object)).check(object);
}

/// What makes the desired object of the current one.
using Desire = std::function<json(const StoredObject& current)>;

/// An ordinary write: replace and all patches but apply.
Answer write(Store& store, const ResourceType& type, const RestRequest& request, const Desire& desire) {
  const WriteOptions options = parse_write_options(request, false);
  Headers headers;
  const GrantCheck grants = grant_check_of_stored(store, type, request);
  const auto written = store.update(
      type, {request.ns, request.name},
      [&](const StoredObject& current) {
        json desired = desire(current);
        check_envelope(type, desired);
        headers = settle_unknown_fields(type, desired, options.validation,
                                        request.method == "PATCH" ? Origin::patch : Origin::body);
        json object = merged_write(type, request, current, std::move(desired));
        grants.check_change(current.value(), object);
        check_valid_change(type, request.name, current.value(), object);
        track_update(type, current.value(), object, manager_of(options, request));
        return object;
      },
      options.commit);
  if (written == nullptr) throw StatusError(not_found(type, request.name));
  return with_headers(object_answer(200, type, *written), std::move(headers));
}

// Applied nulls say nothing: generators of manifests write `creationTimestamp: null`.
void drop_nulls(json& value) {
  if (value.is_object()) {
    for (auto member = value.begin(); member != value.end();) {
      member = member->is_null() ? value.erase(member) : std::next(member);
    }
  }
  if (!value.is_structured()) return;
  for (auto& child : value) drop_nulls(child);
}

void check_applied(const ResourceType& type, const RestRequest& request, json& configuration) {
  if (!configuration.is_object()) throw StatusError(bad_request("the applied configuration must be an object"));
  if (string_member(configuration, "apiVersion").empty() || string_member(configuration, "kind").empty()) {
    throw StatusError(bad_request("Object 'apiVersion' or 'kind' is missing in the applied configuration"));
  }
  drop_nulls(configuration);
  check_envelope(type, configuration);
  json& metadata = configuration["metadata"];
  if (!metadata.value("managedFields", json::array()).empty()) {
    throw StatusError(bad_request("metadata.managedFields must be nil"));
  }
  if (string_member(metadata, "name").empty()) metadata["name"] = request.name;
  if (string_member(metadata, "name") != request.name) {
    throw StatusError(bad_request("the name of the object (" + string_member(metadata, "name") +
                                  ") does not match the name on the URL (" + request.name + ")"));
  }
  check_namespace_match(request, metadata);
  if (type.namespaced) metadata["namespace"] = request.ns;
}

// Each way of writing owns its part: the main resource all but the status, `status` nothing else.
void keep_own_part(const ResourceType& type, const RestRequest& request, json& configuration) {
  if (!type.has_status) return;
  if (request.subresource.empty()) {
    configuration.erase("status");
    return;
  }
  json part = {{"apiVersion", configuration["apiVersion"]},
               {"kind", configuration["kind"]},
               {"metadata", {{"name", request.name}}}};
  if (configuration.contains("status")) part["status"] = configuration["status"];
  configuration = std::move(part);
}

struct Application {
  json configuration{};
  WriteOptions options{};
  Headers headers{};
};

Application parse_application(const ResourceType& type, const RestRequest& request) {
  Application application{{}, parse_write_options(request, true), {}};
  json& configuration = application.configuration = parse_yaml(request.body);
  check_applied(type, request, configuration);
  application.headers = settle_applied_fields(type, configuration, application.options.validation);
  keep_own_part(type, request, configuration);
  return application;
}

ObjectPtr apply_to_existing(Store& store, const ResourceType& type, const RestRequest& request,
                            const Application& application) {
  const WriteOptions& options = application.options;
  const GrantCheck grants = grant_check_of_stored(store, type, request);
  return store.update(
      type, {request.ns, request.name},
      [&](const StoredObject& current) {
        check_identity(type, request, current, application.configuration["metadata"]);
        json configuration = application.configuration;
        drop_server_fields(configuration["metadata"]);
        json object =
            server_side_apply(type, current.value(), configuration, manager_of(options, request), options.force);
        settle_unknown_fields(type, object, FieldValidation::ignore);
        fill_owned_defaults(type, object);
        keep_created(type, current.value(), object);
        grants.check_change(current.value(), object);
        check_valid_change(type, request.name, current.value(), object);
        return object;
      },
      options.commit);
}

// An apply that creates needs both rights.
void check_may_create(const ResourceType& type, const RestRequest& request) {
  if (request.requester == nullptr) return;
  const Access access{"create", type.group, type.resource, "", request.ns, request.name, ""};
  if (!request.requester->may(access)) throw StatusError(forbidden(request.requester->user.name, access));
}

ObjectPtr apply_as_new(Store& store, const ResourceType& type, const RestRequest& request, Application& application) {
  check_may_create(type, request);
  json configuration = application.configuration;
  if (!string_member(configuration["metadata"], "resourceVersion").empty()) {
    throw StatusError(not_found(type, request.name));
  }
  const WriteOptions& options = application.options;
  drop_server_fields(configuration["metadata"]);
  json object = server_side_apply(type, json::object(), configuration, manager_of(options, request), options.force);
  settle_unknown_fields(type, object, FieldValidation::ignore);
  check_grant_of_new(type, request, request.name, object);
  json managed = object["metadata"].value("managedFields", json());
  Headers warnings = prepare_new(creation_of(store, type, request, request.name, options.commit), object);
  application.headers.insert(application.headers.end(), warnings.begin(), warnings.end());
  object["metadata"]["managedFields"] = std::move(managed);
  return store_new(store, type, {request.ns, request.name}, std::move(object), options.commit);
}

Answer apply(Store& store, const ResourceType& type, const RestRequest& request) {
  Application application = parse_application(type, request);
  // Somebody else may create or delete the object between the two attempts: then they are made again.
  while (true) {
    if (const auto written = apply_to_existing(store, type, request, application)) {
      return with_headers(object_answer(200, type, *written), std::move(application.headers));
    }
    if (!request.subresource.empty()) throw StatusError(not_found(type, request.name));
    if (const auto created = apply_as_new(store, type, request, application)) {
      return with_headers(object_answer(201, type, *created), std::move(application.headers));
    }
  }
}

std::string accepted_patches(const ResourceType& type) {
  const std::string accepted = std::string(kJsonPatchType) + ", " + kMergePatchType;
  return accepted + (type.custom ? "" : std::string(", ") + kStrategicPatchType) + ", " + kApplyPatchType;
}

json patched(const ResourceType& type, const std::string& media_type, json document, const json& patch) {
  if (media_type == kStrategicPatchType) return apply_strategic_patch(type, std::move(document), patch);
  return apply_patch(media_type, std::move(document), patch);
}

void check_patch_type(const ResourceType& type, const std::string& media_type) {
  if (is_patch_type(media_type) || (media_type == kStrategicPatchType && !type.custom)) return;
  throw StatusError(unsupported_media_type(accepted_patches(type)));
}

Answer scale_answer(const ResourceType& type, const StoredObject& object) {
  return {200, to_text(scale_of(type, object.value())) + "\n"};
}

Answer write_scale(Store& store, const ResourceType& type, const RestRequest& request, const Desire& desire) {
  const WriteOptions options = parse_write_options(request, false);
  const auto written = store.update(
      type, {request.ns, request.name},
      [&](const StoredObject& current) {
        json object = scaled(type, current.value(), desire(current));
        check_valid(type, request.name, object);
        track_update(type, current.value(), object, manager_of(options, request));
        return object;
      },
      options.commit);
  if (written == nullptr) throw StatusError(not_found(type, request.name));
  return scale_answer(type, *written);
}

}  // namespace

Answer create(Store& store, const ResourceType& type, const RestRequest& request) {
  require_json(request.content_type);
  const WriteOptions options = parse_write_options(request, false);
  json object = parse_object(type, request.body);
  check_envelope(type, object);
  if (!string_member(object["metadata"], "resourceVersion").empty()) {
    throw StatusError(unexplained_error("resourceVersion should not be set on objects to be created"));
  }
  check_namespace_match(request, object["metadata"]);
  Headers headers = settle_unknown_fields(type, object, options.validation);
  const std::string name = name_to_create(object["metadata"]);
  check_grant_of_new(type, request, name, object);
  for (auto& warning : prepare_new(creation_of(store, type, request, name, options.commit), object)) {
    headers.push_back(std::move(warning));
  }
  track_update(type, json::object(), object, manager_of(options, request));
  const auto created = store_new(store, type, {request.ns, name}, std::move(object), options.commit);
  if (created == nullptr) {
    const auto there = store.get(type, {request.ns, name});
    const bool is_going = there != nullptr && is_marked(there->value());
    throw StatusError(is_going ? being_deleted(type, name) : already_exists(type, name));
  }
  return with_headers(object_answer(201, type, *created), std::move(headers));
}

Answer replace(Store& store, const ResourceType& type, const RestRequest& request) {
  require_json(request.content_type);
  if (request.subresource == "scale") {
    const json scale = parse_object(scale_type(), request.body);
    return write_scale(store, type, request, [&](const StoredObject&) { return json(scale); });
  }
  const json desired = parse_object(type, request.body);
  return write(store, type, request, [&](const StoredObject&) { return json(desired); });
}

Answer patch(Store& store, const ResourceType& type, const RestRequest& request) {
  const std::string media_type = media_type_of(request.content_type);
  if (media_type == kApplyPatchType && request.subresource != "scale") return apply(store, type, request);
  check_patch_type(type, media_type);
  const json document = parse_document("patch", request.body);
  if (request.subresource == "scale") {
    return write_scale(store, type, request, [&](const StoredObject& current) {
      return patched(scale_type(), media_type, scale_of(type, current.value()), document);
    });
  }
  return write(store, type, request,
               [&](const StoredObject& current) { return patched(type, media_type, current.value(), document); });
}

Answer get_scale(const Store& store, const ResourceType& type, const RestRequest& request) {
  const auto object = store.get(type, {request.ns, request.name});
  if (object == nullptr) throw StatusError(not_found(type, request.name));
  return scale_answer(type, *object);
}

}  // namespace kplane::testing::server
