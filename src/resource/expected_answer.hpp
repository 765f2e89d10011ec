// Whether an answer is of what was asked for. It may come from another plane, another object or another server: through
// a proxy or a cache that confuses requests.
#pragma once

#include <string>
#include <string_view>

#include <kplane/object.hpp>

#include "resource/resource_path.hpp"
#include "session/api_response.hpp"

namespace kplane::detail {

/// Turns an answer that is a `Status` of a failure, sent with an HTTP status of success, into the error that it tells
/// of.
[[nodiscard]] Result<ApiResponse> without_failure(Result<ApiResponse> result);

/// Checks that an object is the one at `path` of this name. Servers legitimately leave out its namespace, and the name
/// where a subresource answers something else: a Scale has the name of its object, an eviction is a `Status`.
/// @throws MisroutedError
void check_is_object(const Object& object, const ResourcePath& path, std::string_view name);

/// The same for what a creation answers. @param name empty where the server made it up. Reviews and bindings have none.
void check_is_created(const Object& object, const ResourcePath& path, std::string_view name);

/// Whether the answer has no body: that of a deletion then says that it was done.
[[nodiscard]] bool is_empty(const ApiResponse& answer) noexcept;

/// The same for what a deletion answers: the object as it was, a `Status` that may name it, or nothing.
/// @throws MisroutedError; DecodeError when the answer is anything else
void check_is_deleted(const ApiResponse& answer, const ResourcePath& path, std::string_view name);

/// Checks that an object of a list stands in the namespace that was asked for. An object that is broken is left to
/// whoever reads it. @throws MisroutedError
void check_is_listed(const Object& object, const ResourcePath& path);

/// Checks that a list of types is that of the group-version that was asked for. @throws MisroutedError, DecodeError
void check_is_discovery(const ApiResponse& answer, std::string_view api_version);

/// Checks that a state is this plane's. @param answer the one that brought it @throws MisroutedError
void check_is_state_of(std::string_view asked_cluster, std::string_view cluster, const ApiResponse& answer);

}  // namespace kplane::detail
