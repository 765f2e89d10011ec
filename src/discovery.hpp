// Discovery: from a kind, as manifests name it, to the path under which a plane serves it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <kplane/error.hpp>

#include "answer.hpp"
#include "client_core.hpp"
#include "discovery_cache.hpp"
#include "resource_path.hpp"

namespace kplane::detail {

/// Asks for the types of one group-version.
[[nodiscard]] http::Request discovery_request(const PlaneTarget& target, std::string_view api_version);
/// Remembers the answer to that. @throws DecodeError
std::shared_ptr<const ApiTypes> take_discovery(const PlaneTarget& target, std::string_view api_version,
                                               const Answer& answer);
/// A NotFound for a kind that the plane does not serve. @param why completes the sentence; may be empty
[[nodiscard]] std::shared_ptr<const Error> kind_not_served(const PlaneTarget& target, std::string_view api_version,
                                                           std::string_view kind, const std::string& why = {});

/// What the plane says now; nullptr when it does not know the group-version.
[[nodiscard]] std::shared_ptr<const ApiTypes> ask_types(const PlaneTarget& target, std::string_view api_version,
                                                        http::Request request);

/// What is remembered, or else what the plane says now; one request at most. @throws NotFound
[[nodiscard]] ResourcePath path_of_kind(const PlaneTarget& target, std::string_view api_version, std::string_view kind);

}  // namespace kplane::detail
