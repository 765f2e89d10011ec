// The namespace of an object that may not name one.
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
  TimePoint deadline = TimePoint::max();  ///< of the call, if finding the namespace took a request

  [[nodiscard]] http::Request bounded(http::Request request) const {
    request.deadline = std::min(request.deadline, deadline);
    return request;
  }
};

/// The path in the plane's default namespace if neither the path nor the object names a namespace and the type is
/// namespaced; otherwise the path unchanged. Whether the type is namespaced is built in for some, cached, or discovered
/// with at most one request.
/// @throws TransportError, ApiError, DecodeError, StoppedError
[[nodiscard]] ObjectPlace find_place(const PlaneEndpoint& endpoint, const ResourcePath& path, const JsonText& object,
                                     const std::optional<std::chrono::milliseconds>& timeout, const StopToken& stop);

template <class Options>
[[nodiscard]] ObjectPlace place_of(const PlaneEndpoint& endpoint, const ResourcePath& path, const JsonText& object,
                                   const Options& options) {
  return find_place(endpoint, path, object, options.timeout, options.stop);
}

}  // namespace kplane::detail
