// Where an object goes that may name no namespace.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include <kplane/json_text.hpp>
#include <kplane/stop.hpp>

#include "resource/resource_path.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

struct ObjectPlace {
  ResourcePath path;
  TimePoint deadline = TimePoint::max();  ///< of the call, where it began with finding the place

  [[nodiscard]] http::Request bounded(http::Request request) const {
    request.deadline = std::min(request.deadline, deadline);
    return request;
  }
};

/// The path in the plane's default namespace where neither it nor the object names one and the type has namespaces;
/// else as it is. Whether the type has any is known of some, is remembered, or is asked for: one request at most.
/// @throws TransportError, ApiError, DecodeError, StoppedError
[[nodiscard]] ObjectPlace find_place(const PlaneEndpoint& endpoint, const ResourcePath& path, const JsonText& object,
                                     const std::optional<std::chrono::milliseconds>& timeout, const StopToken& stop);

template <class Options>
[[nodiscard]] ObjectPlace place_of(const PlaneEndpoint& endpoint, const ResourcePath& path, const JsonText& object,
                                   const Options& options) {
  return find_place(endpoint, path, object, options.timeout, options.stop);
}

}  // namespace kplane::detail
