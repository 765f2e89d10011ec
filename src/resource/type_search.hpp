// From a type as a state names it, by group and plural, to the version and kind that a plane serves it by.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <kplane/stop.hpp>

#include "base/time.hpp"
#include "codec/discovery_documents.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// The type of that group and plural; nullptr when it is not among them.
[[nodiscard]] const codec::ServedType* find_type(const TypeList& types, std::string_view group,
                                                 std::string_view plural) noexcept;

/// The server's own types, each in the version that it prefers. Two requests for each client, on the calling thread.
/// @param deadline of them together @throws what the requests meet
[[nodiscard]] std::shared_ptr<const TypeList> built_in_types(const PlaneEndpoint& endpoint, const StopToken& stop = {},
                                                             TimePoint deadline = TimePoint::max());

/// One of those, or else what the plane's CustomResourceDefinition of that name says: one request more.
/// @throws NotFound when the plane has no such type
[[nodiscard]] codec::ServedType search_type(const PlaneEndpoint& endpoint, std::string_view group,
                                            std::string_view plural);

/// The server's version, such as `v1.34.2`. One request for each client. @throws what it meets; DecodeError
[[nodiscard]] std::string server_version(const PlaneEndpoint& endpoint, const StopToken& stop = {});
/// The request for that, and what its answer says.
[[nodiscard]] http::Request version_request(const PlaneEndpoint& endpoint);
[[nodiscard]] std::string take_version(const PlaneEndpoint& endpoint, const std::shared_ptr<const Document>& body);

}  // namespace kplane::detail
