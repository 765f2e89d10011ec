#include "local_server/rest/writes.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/admission/admission.hpp"
#include "local_server/auth/escalation.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/patch/managed_fields.hpp"
#include "local_server/patch/patch.hpp"
#include "local_server/patch/strategic_patch.hpp"
#include "local_server/rest/list_query.hpp"
#include "local_server/rest/object_answer.hpp"
#include "local_server/rest/request_body.hpp"
#include "local_server/rest/scale.hpp"
#include "local_server/rest/unknown_fields.hpp"
#include "local_server/rest/write_options.hpp"
#include "local_server/schema/apply_defaults.hpp"
#include "local_server/schema/bindings.hpp"
#include "local_server/schema/custom_definitions.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/schema/events.hpp"
#include "local_server/schema/object_metadata.hpp"
#include "local_server/schema/object_parts.hpp"
#include "local_server/schema/validation.hpp"
#include "local_server/types/strategies.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

// A cluster-scoped object loses its metadata.namespace.
void check_namespace_match(const ResourceType& type, const RestRequest& request, json& metadata) {
  if (!type.namespaced) metadata.erase("namespace");
  const std::string ns = string_member(metadata, "namespace");
  // Of an object outside namespaces it is dropped.
  if (ns.empty() || request.ns.empty() || ns == request.ns) return;
  throw StatusError(
      bad_request("the namespace of the provided object does not match the namespace sent on the request"));
}

// Fields that clients may not set.
void drop_server_fields(json& metadata) {
  for (const char* field : {"uid", "creationTimestamp", "generation", "resourceVersion", "selfLink",
                            "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    metadata.erase(field);
  }
}

void fill_namespace(json& object) { object["spec"] = {{"finalizers", {"kubernetes"}}}; }

// Defaults that no manager owns.
void fill_defaults(const ResourceType& type, json& object) {
  if (is_definition(type)) return fill_definition_status(object);
  if (is_namespace(type)) fill_namespace(object);
  fill_created(type, object);
}

// Defaults that the writer of the object owns.
void fill_owned_defaults(const ResourceType& type, json& object) {
  if (is_definition(type)) fill_definition(object);
  if (is_namespace(type)) object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"];
}

std::string name_to_create(const Store& store, const ResourceType& type, const std::string& ns, const json& metadata) {
  std::string name = string_member(metadata, "name");
  const std::string prefix = string_member(metadata, "generateName");
  if (!name.empty() || prefix.empty()) return name;
  constexpr std::size_t kSuffix = 5;
  constexpr std::size_t kMaxPrefix = 63 - kSuffix;
  constexpr int kMaxAttempts = 8;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    name = prefix.substr(0, kMaxPrefix) + store.draw_suffix(kSuffix);
    if (store.get(type, {ns, name}) == nullptr) break;
  }
  return name;
}

// etcd's limit is 1.5 MiB per request, and its client's 2 MiB; the overhead of a request is small.
void check_storable(const json& object, Commit commit) {
  constexpr std::size_t kEnvelope = 126;
  constexpr std::size_t kMostStored = 3U << 19U;
  constexpr std::size_t kMostSent = 1U << 21U;
  if (commit == Commit::dry_run) return;
  const std::size_t size = text_size(object) + kEnvelope;
  if (size > kMostSent) {
    throw StatusError(
        unexplained_error("rpc error: code = ResourceExhausted desc = trying to send message larger than max (" +
                          std::to_string(size) + " vs. " + std::to_string(kMostSent) + ")"));
  }
  if (size > kMostStored) throw StatusError(unexplained_error("etcdserver: request is too large"));
}

Answer with_headers(Answer answer, Headers headers) {
  for (auto& header : headers) answer.headers.push_back(std::move(header));
  return answer;
}

/// Stores a new object whose managers are known. @return nullptr when the name is taken
ObjectPtr store_new(Store& store, const ResourceType& type, const ObjectName& name, json object, Commit commit) {
  if (type.terminating) {
    throw StatusError(
        forbidden_object(type, name.name, "create not allowed while custom resource definition is terminating"));
  }
  check_cluster_label(type, name.name, store.cluster());
  fill_defaults(type, object);
  object = as_stored(type, std::move(object));
  NamespaceState ns = NamespaceState::active;
  auto created = store.create(type, name, std::move(object), &ns, commit);
  if (ns == NamespaceState::missing) throw StatusError(not_found(*find_built_in("", "namespaces"), name.ns));
  if (ns == NamespaceState::terminating) throw StatusError(terminating_namespace(type, name.name, name.ns));
  return created;
}

// The finalizers of a namespace's spec change only through its `finalize` subresource.
json namespace_write(const RestRequest& request, const json& current, json desired) {
  json spec = current.value("spec", json::object());
  if (request.subresource == "finalize") {
    spec = json::object();
    const json finalizers = desired.value("spec", json::object()).value("finalizers", json::array());
    const auto problems = namespace_finalizer_problems(finalizers);
    if (!problems.empty()) throw StatusError(invalid(*find_built_in("", "namespaces"), request.name, problems));
    if (!finalizers.empty()) spec["finalizers"] = finalizers;
  }
  desired["spec"] = std::move(spec);
  return desired;
}

// Prepares an object for storage, unless admission or validation rejects it. @return warnings
Headers prepare_new(const Creation& creation, json& object) {
  const ResourceType& type = creation.type;
  const std::string& name = creation.name;
  // Nothing but the creation looks at the generation of types that do not count theirs.
  const json generation = object["metadata"].value("generation", json());
  drop_server_fields(object["metadata"]);
  if (generation.is_number_integer() && generation != 0) object["metadata"]["generation"] = generation;
  object["metadata"]["name"] = name;
  if (type.namespaced) object["metadata"]["namespace"] = creation.ns;
  if (!type.namespaced) object["metadata"].erase("namespace");
  object["metadata"]["uid"] = creation.store.draw_uuid();
  fill_owned_defaults(type, object);
  // Nobody clears it on a plane without controllers.
  const std::string& finalizer = strategy_of(type).finalizer;
  if (!finalizer.empty()) set_finalizer(object, finalizer, true);
  admit(creation, object);
  check_valid(type, name, object);
  if (type.has_status) object.erase("status");
  return admit_final(creation, object);
}

Creation creation_of(Store& store, const ResourceType& type, const RestRequest& request, const std::string& name,
                     Commit commit) {
  Store& objects = store.admission_store();
  return {store, objects, type, request.ns, name, commit};
}

void check_name(const RestRequest& request, const json& metadata) {
  const std::string name = string_member(metadata, "name");
  if (name == request.name) return;
  throw StatusError(bad_request(
      name.empty()
          ? "the name of the object (" + request.name + " based on URL) was undeterminable: name must be provided"
          : "the name of the object (" + name + ") does not match the name on the URL (" + request.name + ")"));
}

// An invalid number counts as unset here.
void check_new_version(const json& metadata) {
  const std::string version = string_member(metadata, "resourceVersion");
  if (version.find_first_not_of("0123456789") != std::string::npos) return;
  if (version.find_first_not_of('0') == std::string::npos) return;
  throw StatusError(unexplained_error("resourceVersion should not be set on objects to be created"));
}

/// The resourceVersion that a write is based on; 0: any. @throws StatusError 500
std::uint64_t base_version(const json& metadata) {
  const auto version = read_version({{"resourceVersion", string_member(metadata, "resourceVersion")}});
  return version.value_or(0);
}

void check_base_version(const ResourceType& type, const std::string& name, const StoredObject& current,
                        const json& metadata) {
  const std::uint64_t version = base_version(metadata);
  if (version != 0 && std::to_string(version) != current.resource_version()) {
    throw StatusError(modified_conflict(type, name));
  }
  if (version != 0 || strategy_of(type).unconditional_update) return;
  ResourceType by_resource = type;
  by_resource.kind = type.resource;
  throw StatusError(invalid(
      by_resource, name,
      {{"FieldValueInvalid", "Invalid value: 0: must be specified for an update", "metadata.resourceVersion"}}));
}

void check_identity(const ResourceType& type, const RestRequest& request, const StoredObject& current, json& metadata) {
  check_name(request, metadata);
  check_namespace_match(type, request, metadata);
  const std::string uid = string_member(metadata, "uid");
  if (!uid.empty() && uid != current.uid() && request.method != "PATCH") {
    throw StatusError(
        conflict(type, request.name,
                 "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + current.uid()));
  }
}

void check_change_of_metadata(const ResourceType& type, const RestRequest& request, const StoredObject& current,
                              const json& metadata) {
  const auto problems = immutable_metadata_problems(current.value()["metadata"], metadata);
  if (!problems.empty()) throw StatusError(invalid(type, request.name, problems));
}

// The result of a write to the main resource or to `status`.
json merged_write(const ResourceType& type, const RestRequest& request, const StoredObject& current, json desired) {
  check_identity(type, request, current, desired["metadata"]);
  check_base_version(type, request.name, current, desired["metadata"]);
  check_change_of_metadata(type, request, current, desired["metadata"]);
  if (request.subresource == "status") {
    json object = with_status_written(type, current.value(), desired);
    object["apiVersion"] = api_version(type);
    return object;
  }
  if (!request.subresource.empty() && request.subresource != "finalize") {
    return with_part_written(request.subresource, current.value(), desired);
  }
  fill_owned_defaults(type, desired);
  drop_server_fields(desired["metadata"]);
  if (type.namespaced) desired["metadata"]["namespace"] = request.ns;
  if (!type.namespaced) desired["metadata"].erase("namespace");
  keep_created(type, current.value(), desired);
  admit_again(type, current.value(), desired);
  if (is_namespace(type)) desired = namespace_write(request, current.value(), std::move(desired));
  if (type.has_status) take_member(desired, current.value(), "status");
  if (is_definition(type)) fill_definition_status(desired);
  return desired;
}

FieldManager manager_of(const WriteOptions& options, const RestRequest& request) {
  return {options.manager, request.subresource};
}

json role_ref_of(const ResourceType& type, const json& object) {
  return is_binding(type) ? object.value("roleRef", json()) : json();
}

/// For a write to an existing object: the role of a binding is immutable.
GrantCheck grant_check_of_stored(const Store& store, const ResourceType& type, const RestRequest& request) {
  const auto stored = is_binding(type) ? store.get(type, {request.ns, request.name}) : nullptr;
  return {request.requester, type, request.ns, request.name,
          stored == nullptr ? json() : role_ref_of(type, stored->value())};
}

void check_grant_of_new(const ResourceType& type, const RestRequest& request, const std::string& name,
                        const json& object) {
  GrantCheck(request.requester, type, request.ns, name, role_ref_of(type, object)).check(object);
}

/// A patch whose result does not match the type is invalid.
void check_patched(const ResourceType& type, json& object) {
  try {
    check_envelope(type, object);
  } catch (const StatusError& error) {
    const std::string text = to_text(object);
    const std::string problem = string_member(json::parse(error.answer().body), "message");
    throw StatusError(
        invalid({}, "", {{"FieldValueInvalid", "Invalid value: " + quoted_text(text) + ": " + problem, "patch"}}));
  }
}

// Decoding drops empty lists, but an empty managedFields stops the tracking.
void keep_reset(json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return;
  const auto managed = metadata->find("managedFields");
  if (managed != metadata->end() && managed->is_array() && managed->empty()) managed->push_back(json::object());
}

/// Normalises the object of a PUT or a patch. @return warnings
Headers settle_desired(const ResourceType& type, const RestRequest& request, const WriteOptions& options,
                       json& object) {
  const bool is_patch = request.method == "PATCH";
  is_patch ? check_patched(type, object) : check_envelope(type, object);
  keep_reset(object);
  return settle_unknown_fields(type, object, options.validation, is_patch ? Origin::patch : Origin::body);
}

/// Computes the desired object from the current one.
using Desire = std::function<json(const StoredObject& current)>;

/// An ordinary write: replace and all patches but apply.
Answer write(Store& store, const ResourceType& type, const RestRequest& request, const Desire& desire) {
  const WriteOptions options = parse_write_options(request, false);
  Headers headers;
  const GrantCheck grants = grant_check_of_stored(store, type, request);
  const auto written = store.update(
      type, {request.ns, request.name},
      [&](const StoredObject& stored) {
        const ObjectPtr converted = served_form(type, stored);
        const StoredObject& current = converted == nullptr ? stored : *converted;
        json desired = desire(current);
        headers = settle_desired(type, request, options, desired);
        json object = merged_write(type, request, current, std::move(desired));
        grants.check_change(current.value(), object);
        // These subresources change parts of a pod that are otherwise immutable.
        const bool is_part = request.subresource == "ephemeralcontainers" || request.subresource == "resize";
        if (is_part) check_valid(type, request.name, object);
        if (!is_part) check_valid_change(type, request.name, current.value(), object);
        track_update(type, current.value(), object, manager_of(options, request));
        check_storable(object, options.commit);
        return as_stored(type, std::move(object));
      },
      options.commit, request.subresource != "status");
  if (written == nullptr) throw StatusError(not_found(type, request.name));
  return with_headers(object_answer(200, type, *written), std::move(headers));
}

void drop_nulls(json& value) {
  if (value.is_object()) {
    for (auto member = value.begin(); member != value.end();) {
      member = member->is_null() ? value.erase(member) : std::next(member);
    }
  }
  if (!value.is_structured()) return;
  for (auto& child : value) drop_nulls(child);
}

// Nulls are checked by the schema; without one they are dropped.
void settle_applied(const ResourceType& type, json& object) {
  if (type.custom) drop_nulls(type.schema == nullptr ? object : object["metadata"]);
  try {
    settle_unknown_fields(type, object, FieldValidation::ignore);
  } catch (const StatusError& error) {
    const json& metadata = object["metadata"];
    throw StatusError(
        unexplained_error("failed to convert new object (" + string_member(metadata, "namespace") + "/" +
                          string_member(metadata, "name") + "; " + api_version(type) + ", Kind=" + type.kind +
                          ") to proper version: " + string_member(json::parse(error.answer().body), "message")));
  }
}

void check_applied(const ResourceType& type, json& configuration) {
  if (!configuration.is_object()) {
    throw StatusError(bad_request(
        std::string("error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ") +
        configuration.type_name() + " into Go value of type map[string]interface {}"));
  }
  const std::string version = string_member(configuration, "apiVersion");
  const std::string kind = string_member(configuration, "kind");
  if (version != api_version(type) || kind != type.kind) {
    const std::string group_version = version.find('/') == std::string::npos ? "/" + version : version;
    throw StatusError(bad_request("invalid object type: " + group_version + ", Kind=" + kind));
  }
  json& metadata = configuration["metadata"];
  if (metadata.is_null()) metadata = json::object();
  if (metadata.is_object() && !metadata.value("managedFields", json()).is_null()) {
    throw StatusError(bad_request("metadata.managedFields must be nil"));
  }
}

// Each endpoint owns its part: the main resource everything but the status, `status` that and some metadata.
void keep_own_part(const ResourceType& type, const RestRequest& request, json& configuration) {
  if (!type.has_status || request.subresource == "scale") return;
  if (request.subresource.empty()) {
    configuration.erase("status");
    return;
  }
  configuration.erase("spec");
  if (!configuration["metadata"].is_object()) return;
  static const std::vector<std::string> kept_by_custom = {"labels", "annotations", "finalizers", "ownerReferences"};
  for (const auto& field : type.custom ? kept_by_custom : strategy_of(type).status_keeps) {
    configuration["metadata"].erase(field);
  }
}

struct Application {
  json configuration{};
  WriteOptions options{};
  Headers headers{};
};

Application parse_application(const ResourceType& type, const RestRequest& request) {
  Application application{{}, parse_write_options(request, true), {}};
  application.configuration = parse_yaml(request.body);
  check_applied(type, application.configuration);
  keep_own_part(type, request, application.configuration);
  return application;
}

json applied(const ResourceType& type, const json& live, const RestRequest& request, const Application& application) {
  json object = server_side_apply(type, live, application.configuration, manager_of(application.options, request),
                                  application.options.force);
  settle_applied(type, object);
  return object;
}

ObjectPtr apply_to_existing(Store& store, const ResourceType& type, const RestRequest& request,
                            const Application& application) {
  const GrantCheck grants = grant_check_of_stored(store, type, request);
  return store.update(
      type, {request.ns, request.name},
      [&](const StoredObject& stored) {
        const ObjectPtr converted = served_form(type, stored);
        const StoredObject& current = converted == nullptr ? stored : *converted;
        json object = applied(type, current.value(), request, application);
        json metadata = application.configuration["metadata"];
        check_identity(type, request, current, metadata);
        check_change_of_metadata(type, request, current, metadata);
        const std::uint64_t version = base_version(metadata);
        if (version != 0 && std::to_string(version) != current.resource_version()) {
          throw StatusError(modified_conflict(type, request.name));
        }
        fill_owned_defaults(type, object);
        keep_created(type, current.value(), object);
        admit_again(type, current.value(), object);
        grants.check_change(current.value(), object);
        check_valid_change(type, request.name, current.value(), object);
        check_storable(object, application.options.commit);
        return as_stored(type, std::move(object));
      },
      application.options.commit);
}

// An apply that creates the object needs both permissions.
void check_may_create(const ResourceType& type, const RestRequest& request) {
  if (request.requester == nullptr) return;
  const Access access{"create", type.group, type.resource, "", request.ns, request.name, ""};
  if (!request.requester->may(access)) throw StatusError(forbidden(request.requester->user.name, access));
}

ObjectPtr apply_as_new(Store& store, const ResourceType& type, const RestRequest& request, Application& application) {
  check_may_create(type, request);
  json metadata = application.configuration["metadata"];
  json object = applied(type, json::object(), request, application);
  if (const std::string uid = string_member(metadata, "uid"); !uid.empty()) {
    throw StatusError(
        conflict(type, request.name,
                 "uid mismatch: the provided object specified uid " + uid + ", and no existing object was found"));
  }
  check_namespace_match(type, request, metadata);
  check_name(request, metadata);
  check_grant_of_new(type, request, request.name, object);
  Headers warnings = prepare_new(creation_of(store, type, request, request.name, application.options.commit), object);
  application.headers.insert(application.headers.end(), warnings.begin(), warnings.end());
  check_storable(object, application.options.commit);
  return store_new(store, type, {request.ns, request.name}, std::move(object), application.options.commit);
}

Answer apply(Store& store, const ResourceType& type, const RestRequest& request) {
  Application application = parse_application(type, request);
  // Another writer may create or delete the object between the two attempts, which are then repeated.
  while (true) {
    if (const auto written = apply_to_existing(store, type, request, application)) {
      return object_answer(200, type, *written);
    }
    if (!request.subresource.empty()) throw StatusError(not_found(type, request.name));
    if (const auto created = apply_as_new(store, type, request, application)) {
      return with_headers(object_answer(201, type, *created), std::move(application.headers));
    }
  }
}

std::string accepted_patches() { return std::string(kJsonPatchType) + ", " + kMergePatchType + ", " + kApplyPatchType; }

json patched(const ResourceType& type, const std::string& media_type, json document, const json& patch) {
  if (media_type == kStrategicPatchType) return apply_strategic_patch(type, std::move(document), patch);
  return apply_patch(media_type, std::move(document), patch);
}

void check_patch_type(const ResourceType& type, const std::string& media_type) {
  if (is_patch_type(media_type) || (media_type == kStrategicPatchType && !type.custom)) return;
  throw StatusError(type.custom ? unsupported_media_type(accepted_patches()) : unsupported_patch_type());
}

Answer scale_answer(const ResourceType& type, const StoredObject& object) {
  return {200, to_text(scale_of(type, object.value())) + "\n"};
}

json scale_of_current(const ResourceType& type, const StoredObject& current) {
  json scale = scale_of(type, current.value());
  json managers = scale_managers(type, current.value());
  if (!managers.empty()) scale["metadata"]["managedFields"] = std::move(managers);
  return scale;
}

/// @param desire makes the desired scale of the current one, with its managers
Answer write_scale(Store& store, const ResourceType& type, const RestRequest& request, Commit commit,
                   const std::function<json(const json& scale)>& desire) {
  const auto written = store.update(
      type, {request.ns, request.name},
      [&](const StoredObject& current) {
        const json scale = desire(scale_of_current(type, current));
        check_name(request, scale["metadata"]);
        json object = scaled(type, current.value(), scale);
        take_scale_managers(type, scale, object);
        check_valid_change(type, request.name, current.value(), object);
        return object;
      },
      commit);
  if (written == nullptr) throw StatusError(not_found(type, request.name));
  return scale_answer(type, *written);
}

Answer update_scale(Store& store, const ResourceType& type, const RestRequest& request,
                    const std::function<json(const json& scale)>& desire) {
  const WriteOptions options = parse_write_options(request, false);
  Headers headers;
  Answer answer = write_scale(store, type, request, options.commit, [&](const json& before) {
    json after = desire(before);
    headers = settle_desired(scale_type(), request, options, after);
    track_update(scale_type(), before, after, manager_of(options, request));
    // The scale of a custom type is not tracked: nobody manages the field after a write.
    if (type.custom) after["metadata"].erase("managedFields");
    return after;
  });
  return with_headers(std::move(answer), std::move(headers));
}

Answer apply_scale(Store& store, const ResourceType& type, const RestRequest& request) {
  const Application application = parse_application(scale_type(), request);
  if (type.custom) {
    throw StatusError(
        unexplained_error("failed to create manager for existing fields: failed to convert live object (/; "
                          "autoscaling/v1, Kind=Scale) to "
                          "proper version: request to convert CR to an invalid group/version: autoscaling/v1"));
  }
  return write_scale(store, type, request, application.options.commit,
                     [&](const json& before) { return applied(scale_type(), before, request, application); });
}

Answer create_named(Store& store, const ResourceType& type, const RestRequest& request, json object) {
  const WriteOptions options = parse_write_options(request, false);
  if (object.is_null() && !type.custom) object = json::object();
  check_envelope(type, object);
  check_new_version(object["metadata"]);
  check_namespace_match(type, request, object["metadata"]);
  if (type.namespaced) object["metadata"]["namespace"] = request.ns;
  Headers headers = settle_unknown_fields(type, object, options.validation);
  const std::string name = name_to_create(store, type, request.ns, object["metadata"]);
  object["metadata"].erase("managedFields");
  check_grant_of_new(type, request, name, object);
  for (auto& warning : prepare_new(creation_of(store, type, request, name, options.commit), object)) {
    headers.push_back(std::move(warning));
  }
  track_update(type, json::object(), object, manager_of(options, request));
  check_storable(object, options.commit);
  const auto created = store_new(store, type, {request.ns, name}, std::move(object), options.commit);
  if (created == nullptr) {
    const auto there = store.get(type, {request.ns, name});
    const bool is_going = there != nullptr && is_marked(there->value());
    throw StatusError(is_going ? being_deleted(type, name) : already_exists(type, name));
  }
  return with_headers(object_answer(201, type, *created), std::move(headers));
}

}  // namespace

Answer create(Store& store, const ResourceType& type, const RestRequest& request) {
  return create_named(store, type, request, parse_body(type, request.content_type, request.body));
}

Answer replace(Store& store, const ResourceType& type, const RestRequest& request) {
  if (request.subresource == "scale") {
    const json scale = parse_body(scale_type(), request.content_type, request.body);
    return update_scale(store, type, request, [&](const json&) { return json(scale); });
  }
  json desired = parse_body(type, request.content_type, request.body);
  const bool may_create = request.subresource.empty() && strategy_of(type).create_on_update;
  if (!may_create || store.get(type, {request.ns, request.name}) != nullptr) {
    return write(store, type, request, [&](const StoredObject&) { return json(desired); });
  }
  check_may_create(type, request);
  check_envelope(type, desired);
  check_name(request, desired["metadata"]);
  desired["metadata"].erase("resourceVersion");
  return create_named(store, type, request, std::move(desired));
}

Answer patch(Store& store, const ResourceType& type, const RestRequest& request) {
  const std::string media_type = media_type_of(request.content_type);
  const bool is_scale = request.subresource == "scale";
  if (media_type == kApplyPatchType) return is_scale ? apply_scale(store, type, request) : apply(store, type, request);
  check_patch_type(type, media_type);
  const json changes = parse_document("patch", request.body);
  if (is_scale) {
    return update_scale(store, type, request,
                        [&](const json& before) { return patched(scale_type(), media_type, before, changes); });
  }
  return write(store, type, request,
               [&](const StoredObject& current) { return patched(type, media_type, current.value(), changes); });
}

Answer get_scale(const Store& store, const ResourceType& type, const RestRequest& request) {
  const auto object = store.get(type, {request.ns, request.name});
  if (object == nullptr) throw StatusError(not_found(type, request.name));
  return scale_answer(type, *object);
}

}  // namespace kplane::testing::server
