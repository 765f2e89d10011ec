// The Kubernetes `Status` document of failures and of deletions, worded as a real API server words it.
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

/// A failure that a room raises; the router turns it into its answer.
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

/// A field that must be there.
[[nodiscard]] Cause missing_field(const std::string& field);

[[nodiscard]] Answer bad_request(const std::string& message);
[[nodiscard]] Answer unauthorized();
/// 403 of what a user may not do. @param reason why, where there is more to say
[[nodiscard]] Answer forbidden(const std::string& user, const Access& access, const std::string& reason = {});
/// 403 of an object that may not be written.
[[nodiscard]] Answer forbidden_object(const ResourceType& type, const std::string& name, const std::string& problem);
/// 409 of a token that is to be bound to an object that was replaced.
[[nodiscard]] Answer bound_conflict(const ResourceType& type, const std::string& name, const std::string& uid);
[[nodiscard]] Answer protected_namespace(const std::string& name);
[[nodiscard]] Answer not_found(const ResourceType& type, const std::string& name);
/// 403 of a creation in a namespace that is being deleted.
[[nodiscard]] Answer terminating_namespace(const ResourceType& type, const std::string& name, const std::string& ns);
/// 409 of a name whose object is marked for deletion.
[[nodiscard]] Answer being_deleted(const ResourceType& type, const std::string& name);
/// 422 of a replacement that does not say what it replaces, where a type asks for that.
[[nodiscard]] Answer unconditional_update(const ResourceType& type, const std::string& name);
[[nodiscard]] Answer already_exists(const ResourceType& type, const std::string& name);
/// 409: `problem` says what does not match.
[[nodiscard]] Answer conflict(const ResourceType& type, const std::string& name, const std::string& problem);
/// 409 of a write based on an old resourceVersion.
[[nodiscard]] Answer modified_conflict(const ResourceType& type, const std::string& name);
/// 410: what a client knows is too old to go on from. A `continue_token` lets a list go on all the same.
[[nodiscard]] Answer expired(const std::string& message, const std::string& continue_token = {});
/// 504 of a read that asks for what has not happened yet.
[[nodiscard]] Answer too_large_resource_version(std::uint64_t wanted, std::uint64_t current);
/// 409 of a server-side apply that would change what others manage.
[[nodiscard]] Answer apply_conflict(const std::string& message, const std::vector<Cause>& causes);
[[nodiscard]] Answer invalid(const ResourceType& type, const std::string& name, const std::vector<Cause>& causes);
/// 422 of a patch that does not apply.
[[nodiscard]] Answer rejected_patch();
[[nodiscard]] Answer method_not_allowed();
/// 405 of a custom type. @param verb such as `create`
[[nodiscard]] Answer method_not_supported(const ResourceType& type, const std::string& verb);
/// 406 of a client that takes neither JSON nor what else an API server writes.
[[nodiscard]] Answer not_acceptable();
[[nodiscard]] Answer unsupported_media_type(std::string_view accepted);
/// 415 of a patch of a built-in type.
[[nodiscard]] Answer unsupported_patch_type();
/// 406 of an Accept that asks for what is not served.
[[nodiscard]] Answer not_acceptable(const std::string& message);
[[nodiscard]] Answer too_large(const std::string& message);
[[nodiscard]] Answer internal_error(const std::string& message);
/// 500 of a resourceVersion that is none, where it is read late: without a reason.
[[nodiscard]] Answer unexplained_error(const std::string& message);
/// 429 of an eviction. @param retry_after_seconds 0: it does not say when to try again
[[nodiscard]] Answer too_many_disruptions(const std::string& cause, int retry_after_seconds);
/// A success that tells of nothing else.
[[nodiscard]] Answer success(int code);
/// 200 of a deletion.
[[nodiscard]] Answer deleted(const ResourceType& type, const std::string& name, const std::string& uid);
/// 404 of a path below one of the server's own groups.
[[nodiscard]] Answer unknown_resource();
/// The text 404 of a path that nothing serves.
[[nodiscard]] Answer page_not_found();

}  // namespace kplane::testing::server
