#include <kplane/resource.hpp>

#include <limits>
#include <utility>

#include "codec/object_list.hpp"
#include "resource/default_namespace.hpp"
#include "resource/expected_answer.hpp"
#include "resource/list_reader.hpp"
#include "resource/plane_request.hpp"
#include "resource/resource_access.hpp"
#include "resource/resource_request.hpp"
#include "session/bootstrap.hpp"
#include "session/validation.hpp"

namespace kplane {

namespace detail {

Result<ApiResponse> ask_resource(const PlaneEndpoint& endpoint, const std::string& api_version, http::Request request) {
  Result<ApiResponse> result = without_failure(send_past_bootstrap(endpoint, std::move(request)));
  if (!result.ok() && is_unserved(*result.error())) endpoint.core->discovery().forget(endpoint.cluster, api_version);
  return result;
}

ApiResponse ask_resource_or_throw(const PlaneEndpoint& endpoint, const std::string& api_version,
                                  http::Request request) {
  return ask_resource(endpoint, api_version, std::move(request)).value_or_raise();
}

}  // namespace detail

namespace {

Object ask_for_object(const detail::PlaneEndpoint& endpoint, const detail::ResourcePath& path, std::string_view name,
                      http::Request request) {
  Object object =
      codec::decode_object(detail::ask_resource_or_throw(endpoint, path.api_version, std::move(request)).body);
  detail::check_is_object(object, path, name);
  return object;
}

/// The outcome from the answer to a DELETE. A Status only says that it was done, and so does an empty answer.
Removal removal_of(const detail::ApiResponse& answer) {
  if (detail::is_empty(answer)) return Removal(std::nullopt);
  Object object = codec::decode_object(answer.body);
  if (object.get<std::string_view>("/kind") == "Status") return Removal(std::nullopt);
  return Removal(std::move(object));
}

/// The object's scale subresource, whichever subresource the handle is for.
detail::ResourcePath scale_of(detail::ResourcePath path) {
  path.subresource = "scale";
  return path;
}

/// Otherwise Jobs and ReplicationControllers would stay on a plane without controllers.
DeleteOptions of_collection(DeleteOptions options) {
  if (options.propagation == Propagation::server_default) options.propagation = Propagation::background;
  return options;
}

std::int32_t replicas_of(const Object& scale) {
  if (!scale.at("/spec/replicas")) return 0;  // servers omit a zero
  const auto replicas = scale.get<std::int64_t>("/spec/replicas");
  if (replicas && *replicas >= 0 && *replicas <= std::numeric_limits<std::int32_t>::max()) {
    return static_cast<std::int32_t>(*replicas);
  }
  throw DecodeError("spec.replicas of a Scale: expected a non-negative 32-bit integer", 0);
}

}  // namespace

Resource::Resource(std::shared_ptr<const detail::PlaneEndpoint> endpoint,
                   std::shared_ptr<const detail::ResourcePath> path) noexcept
    : endpoint_(std::move(endpoint)), path_(std::move(path)) {}

Resource Resource::in(std::string_view ns) const {
  detail::check_namespace(ns);
  detail::ResourcePath path = *path_;
  path.ns = ns;
  return detail::ResourceAccess::make(endpoint_, std::move(path));
}

Resource Resource::subresource(std::string_view name) const {
  detail::check_subresource(name);
  detail::ResourcePath path = *path_;
  path.subresource = name;
  return detail::ResourceAccess::make(endpoint_, std::move(path));
}

const std::string& Resource::api_version() const& noexcept { return path_->api_version; }
std::string Resource::api_version() && { return path_->api_version; }
const std::string& Resource::plural() const& noexcept { return path_->plural; }
std::string Resource::plural() && { return path_->plural; }
const std::string& Resource::ns() const& noexcept { return path_->ns; }
std::string Resource::ns() && { return path_->ns; }

Object Resource::get(std::string_view name, const GetOptions& options) const {
  http::Request request = detail::get_request(*endpoint_, *path_, name, options);
  return ask_for_object(*endpoint_, *path_, name, std::move(request));
}

std::optional<Object> Resource::find(std::string_view name, const GetOptions& options) const {
  http::Request request = detail::get_request(*endpoint_, *path_, name, options);
  const detail::Result<detail::ApiResponse> result =
      detail::ask_resource(*endpoint_, path_->api_version, std::move(request));
  if (!result.ok() && detail::is_absent(*result.error())) return std::nullopt;
  Object object = codec::decode_object(result.value_or_raise().body);
  detail::check_is_object(object, *path_, name);
  return object;
}

ObjectList Resource::list(const ListOptions& options) const {
  return ObjectList(std::make_unique<detail::ListReader>(endpoint_, *path_, options));
}

Object Resource::create(const JsonText& object, const WriteOptions& options) const {
  const detail::ObjectPlace place = detail::place_of(*endpoint_, *path_, object, options);
  const detail::SentObject sent = detail::sent_to_create(place.path, object);
  http::Request request = place.bounded(detail::create_request(*endpoint_, sent, object, options));
  Object created =
      codec::decode_object(detail::ask_resource_or_throw(*endpoint_, path_->api_version, std::move(request)).body);
  detail::check_is_created(created, sent.path, sent.name);
  return created;
}

Object Resource::replace(const JsonText& object, const WriteOptions& options) const {
  const detail::ObjectPlace place = detail::place_of(*endpoint_, *path_, object, options);
  const detail::SentObject sent = detail::sent_by_name(place.path, object);
  http::Request request = place.bounded(detail::replace_request(*endpoint_, sent, object, options));
  return ask_for_object(*endpoint_, sent.path, sent.name, std::move(request));
}

Object Resource::patch(std::string_view name, PatchType type, const JsonText& patch,
                       const PatchOptions& options) const {
  http::Request request = detail::patch_request(*endpoint_, *path_, name, type, patch.text(), options);
  return ask_for_object(*endpoint_, *path_, name, std::move(request));
}

Object Resource::apply(const JsonText& object, const ApplyOptions& options) const {
  const detail::ObjectPlace place = detail::place_of(*endpoint_, *path_, object, options);
  const detail::SentObject sent = detail::sent_by_name(place.path, object);
  http::Request request =
      place.bounded(detail::apply_request(*endpoint_, sent.path, sent.name, object.text(), options));
  return ask_for_object(*endpoint_, sent.path, sent.name, std::move(request));
}

Removal Resource::remove(std::string_view name, const DeleteOptions& options) const {
  http::Request request = detail::remove_request(*endpoint_, *path_, name, options);
  const detail::Result<detail::ApiResponse> result =
      detail::ask_resource(*endpoint_, path_->api_version, std::move(request));
  if (result.ok()) {
    detail::check_is_deleted(result.value(), *path_, name);
    return removal_of(result.value());
  }
  const Error& error = *result.error();
  // With only a uid as precondition, a conflict means that another object has the name, so the one meant is gone.
  const bool names_object = !options.uid.empty() && options.resource_version.empty();
  const bool is_gone = names_object ? detail::is_gone(error) : detail::is_absent(error);
  if (is_gone && detail::after_lost_answer(error)) return Removal(std::nullopt);
  if (!detail::is_absent(error)) error.raise();
  return {};
}

void Resource::remove_collection(const ListOptions& which, const DeleteOptions& options) const {
  http::Request request = detail::remove_collection_request(*endpoint_, *path_, which, of_collection(options));
  const detail::ApiResponse answer = detail::ask_resource_or_throw(*endpoint_, path_->api_version, std::move(request));
  if (!detail::is_empty(answer)) static_cast<void>(codec::decode_object(answer.body));  // not a login page
}

std::int32_t Resource::replicas(std::string_view name, const GetOptions& options) const {
  const detail::ResourcePath scale = scale_of(*path_);
  http::Request request = detail::get_request(*endpoint_, scale, name, options);
  return replicas_of(ask_for_object(*endpoint_, scale, name, std::move(request)));
}

void Resource::scale(std::string_view name, std::int32_t replicas, const PatchOptions& options) const {
  http::Request request = detail::sendable(*endpoint_, detail::scale_write(*path_, name, replicas, options));
  static_cast<void>(ask_for_object(*endpoint_, scale_of(*path_), name, std::move(request)));
}

Request Resource::create_request(const JsonText& object, const WriteOptions& options) const {
  const detail::ObjectPlace place = detail::place_of(*endpoint_, *path_, object, options);
  return detail::create_write(detail::sent_to_create(place.path, object), object, options);
}

Request Resource::replace_request(const JsonText& object, const WriteOptions& options) const {
  const detail::ObjectPlace place = detail::place_of(*endpoint_, *path_, object, options);
  return detail::replace_write(detail::sent_by_name(place.path, object), object, options);
}

Request Resource::patch_request(std::string_view name, PatchType type, const JsonText& patch,
                                const PatchOptions& options) const {
  return detail::patch_write(*path_, name, type, patch.text(), options);
}

Request Resource::apply_request(const JsonText& object, const ApplyOptions& options) const {
  const detail::ObjectPlace place = detail::place_of(*endpoint_, *path_, object, options);
  const detail::SentObject sent = detail::sent_by_name(place.path, object);
  return detail::apply_write(sent.path, sent.name, object.text(), options);
}

Request Resource::remove_request(std::string_view name, const DeleteOptions& options) const {
  return detail::remove_write(*path_, name, options);
}

Request Resource::remove_collection_request(const ListOptions& which, const DeleteOptions& options) const {
  return detail::remove_collection_write(*path_, which, of_collection(options));
}

Request Resource::scale_request(std::string_view name, std::int32_t replicas, const PatchOptions& options) const {
  return detail::scale_write(*path_, name, replicas, options);
}

}  // namespace kplane
