// The Kubernetes `Status` documents of failures and deletions, worded exactly as a real API server does.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "local_server/base/access.hpp"
#include "local_server/base/answer.hpp"
#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// A failure; the router turns it into an answer.
class StatusError : public std::exception {
 public:
  explicit StatusError(Answer answer) : answer_(std::move(answer)) {}
  [[nodiscard]] const Answer& answer() const noexcept { return answer_; }
  [[nodiscard]] const char* what() const noexcept override { return answer_.body.c_str(); }

 private:
  Answer answer_;
};

/// One reason why an object is invalid.
struct Cause {
  std::string reason{};   ///< `FieldValueInvalid`, `FieldValueRequired`, `FieldValueTypeInvalid`
  std::string message{};  ///< without the field
  std::string field{};
};

/// A required field.
[[nodiscard]] Cause missing_field(const std::string& field);

[[nodiscard]] Answer bad_request(const std::string& message);
[[nodiscard]] Answer unauthorized();
/// 403 for an action that a user may not perform. @param reason additional explanation
[[nodiscard]] Answer forbidden(const std::string& user, const Access& access, const std::string& reason = {});
/// 403 for an object that may not be written.
[[nodiscard]] Answer forbidden_object(const ResourceType& type, const std::string& name, const std::string& problem);
/// 409 for a token that is to be bound to an object that was replaced.
[[nodiscard]] Answer bound_conflict(const ResourceType& type, const std::string& name, const std::string& uid);
[[nodiscard]] Answer protected_namespace(const std::string& name);
[[nodiscard]] Answer not_found(const ResourceType& type, const std::string& name);
/// 403 for a create in a namespace that is being deleted.
[[nodiscard]] Answer terminating_namespace(const ResourceType& type, const std::string& name, const std::string& ns);
/// 409 for a name whose object is marked for deletion.
[[nodiscard]] Answer being_deleted(const ResourceType& type, const std::string& name);
/// 422 for an update without a resourceVersion, for types that require one.
[[nodiscard]] Answer unconditional_update(const ResourceType& type, const std::string& name);
[[nodiscard]] Answer already_exists(const ResourceType& type, const std::string& name);
/// 409: `problem` says what does not match.
[[nodiscard]] Answer conflict(const ResourceType& type, const std::string& name, const std::string& problem);
/// 409 for a write based on an old resourceVersion.
[[nodiscard]] Answer modified_conflict(const ResourceType& type, const std::string& name);
/// 410: the client's version is too old to continue from. With a `continue_token` a list can continue anyway.
[[nodiscard]] Answer expired(const std::string& message, const std::string& continue_token = {});
/// 504 for a read at a future resourceVersion.
[[nodiscard]] Answer too_large_resource_version(std::uint64_t wanted, std::uint64_t current);
/// 409 for a server-side apply that would change fields of other managers.
[[nodiscard]] Answer apply_conflict(const std::string& message, const std::vector<Cause>& causes);
[[nodiscard]] Answer invalid(const ResourceType& type, const std::string& name, const std::vector<Cause>& causes);
/// 422 for a patch that does not apply.
[[nodiscard]] Answer rejected_patch();
[[nodiscard]] Answer method_not_allowed();
/// 405 of a custom type. @param verb such as `create`
[[nodiscard]] Answer method_not_supported(const ResourceType& type, const std::string& verb);
/// 406 for a client that accepts none of the formats that an API server writes.
[[nodiscard]] Answer not_acceptable();
[[nodiscard]] Answer unsupported_media_type(std::string_view accepted);
/// 415 of a patch of a built-in type.
[[nodiscard]] Answer unsupported_patch_type();
/// 406 for an Accept header with nothing that is served.
[[nodiscard]] Answer not_acceptable(const std::string& message);
[[nodiscard]] Answer too_large(const std::string& message);
[[nodiscard]] Answer internal_error(const std::string& message);
/// 500, without a reason, for an invalid resourceVersion that a real server parses late.
[[nodiscard]] Answer unexplained_error(const std::string& message);
/// 429 for an eviction. @param retry_after_seconds 0: none
[[nodiscard]] Answer too_many_disruptions(const std::string& cause, int retry_after_seconds);
/// A plain success.
[[nodiscard]] Answer success(int code);
/// 200 for a delete.
[[nodiscard]] Answer deleted(const ResourceType& type, const std::string& name, const std::string& uid);
/// 404 for a path below one of the server's own groups.
[[nodiscard]] Answer unknown_resource();
/// The plain-text 404 for a path that nothing serves.
[[nodiscard]] Answer page_not_found();

}  // namespace kplane::testing::server
