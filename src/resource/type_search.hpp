// Maps a type of a state, by group and plural, to the version and kind that a plane serves.
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

/// The server's own types, each in its preferred version. Two requests per client, on the calling thread.
/// @param deadline for both together @throws the errors of the requests
[[nodiscard]] std::shared_ptr<const TypeList> built_in_types(const PlaneEndpoint& endpoint, const StopToken& stop = {},
                                                             TimePoint deadline = TimePoint::max());

/// One of those, or else the type of the plane's CustomResourceDefinition of that name, which takes one more request.
/// @throws NotFound when the plane has no such type
[[nodiscard]] codec::ServedType search_type(const PlaneEndpoint& endpoint, std::string_view group,
                                            std::string_view plural);

/// The server's version, such as `v1.34.2`. One request per client. @throws the error of the request; DecodeError
[[nodiscard]] std::string server_version(const PlaneEndpoint& endpoint, const StopToken& stop = {});
/// The request for it, and decoding its answer.
[[nodiscard]] http::Request version_request(const PlaneEndpoint& endpoint);
[[nodiscard]] std::string take_version(const PlaneEndpoint& endpoint, const std::shared_ptr<const Document>& body);

}  // namespace kplane::detail
