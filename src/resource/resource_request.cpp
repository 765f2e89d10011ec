// Verbs, paths, queries and bodies of the Kubernetes API.
#include "resource/resource_request.hpp"

#include <utility>

#include <kplane/error.hpp>

#include "base/excerpt.hpp"
#include "codec/delete_options.hpp"
#include "codec/object_header.hpp"
#include "codec/scale.hpp"
#include "http/url.hpp"
#include "resource/plane_request.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

using Query = ListCursor::Query;

constexpr const char* json_type = "application/json";

const char* content_type_of(PatchType type) noexcept {
  switch (type) {
    case PatchType::json:
      return "application/json-patch+json";
    case PatchType::strategic:
      return "application/strategic-merge-patch+json";
    case PatchType::apply:
      return "application/apply-patch+yaml";
    case PatchType::merge:
      break;
  }
  return "application/merge-patch+json";
}

const char* name_of(FieldValidation validation) noexcept {
  switch (validation) {
    case FieldValidation::ignore:
      return "Ignore";
    case FieldValidation::warn:
      return "Warn";
    case FieldValidation::strict:
      return "Strict";
    case FieldValidation::server_default:
      break;
  }
  return nullptr;
}

/// What WriteOptions and PatchOptions have in common.
template <class Options>
Query write_query(const Options& options) {
  Query query;
  if (!options.field_manager.empty()) query.emplace_back("fieldManager", options.field_manager);
  if (options.dry_run) query.emplace_back("dryRun", "All");
  if (const char* validation = name_of(options.field_validation)) query.emplace_back("fieldValidation", validation);
  return query;
}

Query selector_query(const ListOptions& options) {
  Query query;
  if (!options.label_selector.empty()) query.emplace_back("labelSelector", options.label_selector);
  if (!options.field_selector.empty()) query.emplace_back("fieldSelector", options.field_selector);
  return query;
}

/// Sets a call's own timeout and stop.
template <class Options>
http::Request bounded(const PlaneEndpoint& endpoint, http::Request request, const Options& options) {
  if (options.timeout) request.deadline = endpoint.core->deadline(options.timeout);
  request.stop = options.stop;
  return request;
}

template <class Options>
Request make_write(std::string method, std::string path, Query query, const Options& options) {
  Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.query = std::move(query);
  request.timeout = options.timeout;
  request.stop = options.stop;
  return request;
}

Request with_content(Request request, std::string body, const char* content_type) {
  request.body = std::move(body);
  request.content_type = content_type;
  return request;
}

/// The path in the namespace that the object names, which must equal the path's, if any.
ResourcePath located(ResourcePath path, const std::string& ns) {
  if (ns.empty() || ns == path.ns) return path;
  if (!path.ns.empty()) {
    throw ConfigError("the object names namespace '" + excerpt(ns) + "', but in() names '" + path.ns + "'");
  }
  check_namespace(ns);
  path.ns = ns;
  return path;
}

}  // namespace

SentObject sent_to_create(const ResourcePath& path, const JsonText& object) {
  codec::ObjectHeader identity = codec::read_object_header(object.text());
  if (identity.name.empty() && identity.generate_name.empty() && !codec::is_review(identity.kind)) {
    throw ConfigError("the object to create has neither metadata.name nor metadata.generateName");
  }
  if (!identity.name.empty()) check_object_name(identity.name);
  return {located(path, identity.ns), std::move(identity.name)};
}

SentObject sent_by_name(const ResourcePath& path, const JsonText& object) {
  codec::ObjectHeader identity = codec::read_object_header(object.text());
  if (identity.name.empty()) throw ConfigError("the object to send has no metadata.name");
  return {located(path, identity.ns), std::move(identity.name)};
}

http::Request make_plane_request(const PlaneEndpoint& endpoint, std::string method, const std::string& path) {
  http::Request request = endpoint.core->make_request(std::move(method), endpoint.base_url + path);
  request.credentials = endpoint.credentials;
  request.outcome_listener = endpoint.write_listener;
  return request;
}

http::Request get_request(const PlaneEndpoint& endpoint, const ResourcePath& path, std::string_view name,
                          const GetOptions& options) {
  return bounded(endpoint, make_plane_request(endpoint, "GET", object_path(path, name)), options);
}

ListCursor::Query list_query(const ListOptions& options) {
  if (options.limit < 0) throw ConfigError("ListOptions::limit must be 0 or more");
  Query query = selector_query(options);
  if (options.limit != 0) query.emplace_back("limit", std::to_string(options.limit));
  return query;
}

ListCursor list_cursor(const PlaneEndpoint& endpoint, const ResourcePath& path, const ListOptions& options) {
  return {endpoint.base_url + collection_path(path), list_query(options)};
}

http::Request list_request(const PlaneEndpoint& endpoint, const ListCursor& cursor, const ListOptions& options) {
  http::Request request = endpoint.core->make_request("GET", cursor.url());
  request.credentials = endpoint.credentials;
  return bounded(endpoint, std::move(request), options);
}

Request create_write(const SentObject& sent, const JsonText& object, const WriteOptions& options) {
  const bool is_part = !sent.path.subresource.empty();
  std::string path = is_part ? object_path(sent.path, sent.name) : collection_path(sent.path);
  return with_content(make_write("POST", std::move(path), write_query(options), options), object.text(), json_type);
}

Request replace_write(const SentObject& sent, const JsonText& object, const WriteOptions& options) {
  return with_content(make_write("PUT", object_path(sent.path, sent.name), write_query(options), options),
                      object.text(), json_type);
}

Request patch_write(const ResourcePath& path, std::string_view name, PatchType type, std::string patch,
                    const PatchOptions& options) {
  if (type == PatchType::apply) check_field_manager(options.field_manager);
  Query query = write_query(options);
  if (options.force && type == PatchType::apply) query.emplace_back("force", "true");
  Request request = make_write("PATCH", object_path(path, name), std::move(query), options);
  request.idempotent = options.idempotent;
  return with_content(std::move(request), std::move(patch), content_type_of(type));
}

Request apply_write(const ResourcePath& path, std::string_view name, std::string object, const ApplyOptions& options) {
  Request request = patch_write(path, name, PatchType::apply, std::move(object), options);
  request.idempotent = true;  // the fields that it sets are the same each time
  return request;
}

Request scale_write(ResourcePath path, std::string_view name, std::int32_t replicas, const PatchOptions& options) {
  check_replicas(replicas);
  path.subresource = "scale";
  Request request = patch_write(path, name, PatchType::merge, codec::encode_scale(replicas), options);
  request.idempotent = true;  // setting a number twice sets that number
  return request;
}

Request remove_write(const ResourcePath& path, std::string_view name, const DeleteOptions& options) {
  return with_content(make_write("DELETE", object_path(path, name), {}, options), codec::encode_delete_options(options),
                      json_type);
}

Request remove_collection_write(const ResourcePath& path, const ListOptions& which, const DeleteOptions& options) {
  return with_content(make_write("DELETE", collection_path(path), selector_query(which), options),
                      codec::encode_delete_options(options), json_type);
}

http::Request create_request(const PlaneEndpoint& endpoint, const SentObject& sent, const JsonText& object,
                             const WriteOptions& options) {
  return sendable(endpoint, create_write(sent, object, options));
}

http::Request create_request(const PlaneEndpoint& endpoint, const ResourcePath& path, const JsonText& object,
                             const WriteOptions& options) {
  return create_request(endpoint, sent_to_create(path, object), object, options);
}

http::Request replace_request(const PlaneEndpoint& endpoint, const SentObject& sent, const JsonText& object,
                              const WriteOptions& options) {
  return sendable(endpoint, replace_write(sent, object, options));
}

http::Request replace_request(const PlaneEndpoint& endpoint, const ResourcePath& path, const JsonText& object,
                              const WriteOptions& options) {
  return replace_request(endpoint, sent_by_name(path, object), object, options);
}

http::Request patch_request(const PlaneEndpoint& endpoint, const ResourcePath& path, std::string_view name,
                            PatchType type, std::string patch, const PatchOptions& options) {
  return sendable(endpoint, patch_write(path, name, type, std::move(patch), options));
}

http::Request apply_request(const PlaneEndpoint& endpoint, const ResourcePath& path, std::string_view name,
                            std::string object, const ApplyOptions& options) {
  return sendable(endpoint, apply_write(path, name, std::move(object), options));
}

http::Request apply_request(const PlaneEndpoint& endpoint, const ResourcePath& path, const JsonText& object,
                            const ApplyOptions& options) {
  const SentObject sent = sent_by_name(path, object);
  return apply_request(endpoint, sent.path, sent.name, object.text(), options);
}

http::Request remove_request(const PlaneEndpoint& endpoint, const ResourcePath& path, std::string_view name,
                             const DeleteOptions& options) {
  return sendable(endpoint, remove_write(path, name, options));
}

http::Request remove_collection_request(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                        const ListOptions& which, const DeleteOptions& options) {
  return sendable(endpoint, remove_collection_write(path, which, options));
}

}  // namespace kplane::detail
