// Checks that an answer belongs to the request. A proxy or a cache that mixes up requests may return that of another
// plane, object or server.
#pragma once

#include <string>
#include <string_view>

#include <kplane/object.hpp>

#include "resource/resource_path.hpp"
#include "session/api_response.hpp"

namespace kplane::detail {

/// Turns a `Status` of failure that was sent with a successful HTTP status into the error that it describes.
[[nodiscard]] Result<ApiResponse> without_failure(Result<ApiResponse> result);

/// Checks that an object is the one of this name at `path`. Servers may legitimately omit its namespace, and the name
/// if a subresource returns something else: a Scale has the name of its object, an eviction is a `Status`.
/// @throws MisroutedError
void check_is_object(const Object& object, const ResourcePath& path, std::string_view name);

/// The same for the answer to a create. @param name empty if the server generated it. Reviews and bindings have none.
void check_is_created(const Object& object, const ResourcePath& path, std::string_view name);

/// Whether the answer has no body, which for a delete means success.
[[nodiscard]] bool is_empty(const ApiResponse& answer) noexcept;

/// The same for the answer to a delete: the object as it was, a `Status` that may name it, or nothing.
/// @throws MisroutedError; DecodeError when the answer is anything else
void check_is_deleted(const ApiResponse& answer, const ResourcePath& path, std::string_view name);

/// Checks that an object of a list is in the requested namespace. A malformed object is left to the code that reads it.
/// @throws MisroutedError
void check_is_listed(const Object& object, const ResourcePath& path);

/// Checks that a list of types is that of the requested group-version. @throws MisroutedError, DecodeError
void check_is_discovery(const ApiResponse& answer, std::string_view api_version);

/// Checks that a state is this plane's. @param answer that contained it @throws MisroutedError
void check_is_state_of(std::string_view asked_cluster, std::string_view cluster, const ApiResponse& answer);

}  // namespace kplane::detail
