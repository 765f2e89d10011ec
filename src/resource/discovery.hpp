// Maps a kind, as in manifests, to the path at which a plane serves it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <kplane/error.hpp>

#include "resource/resource_path.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"
#include "session/discovery_cache.hpp"

namespace kplane::detail {

/// Requests the types of one group-version.
[[nodiscard]] http::Request discovery_request(const PlaneEndpoint& endpoint, std::string_view api_version);
/// Caches the answer. @throws DecodeError
std::shared_ptr<const ApiTypes> take_discovery(const PlaneEndpoint& endpoint, std::string_view api_version,
                                               const ApiResponse& answer);
/// A NotFound for a kind that the plane does not serve. @param why completes the sentence; may be empty
[[nodiscard]] std::shared_ptr<const Error> kind_not_served(const PlaneEndpoint& endpoint, std::string_view api_version,
                                                           std::string_view kind, const std::string& why = {});

/// The plane's current answer; nullptr when it does not serve the group-version.
[[nodiscard]] std::shared_ptr<const ApiTypes> ask_types(const PlaneEndpoint& endpoint, std::string_view api_version,
                                                        http::Request request);

/// The cached answer, or else the plane's current one; at most one request. @throws NotFound
[[nodiscard]] ResourcePath path_of_kind(const PlaneEndpoint& endpoint, std::string_view api_version,
                                        std::string_view kind);

}  // namespace kplane::detail
