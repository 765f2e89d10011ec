#pragma once

#include <memory>
#include <string_view>

#include <kplane/plane.hpp>

#include "session/client_core.hpp"

namespace kplane::detail {

/// Creates Planes and accesses their internals.
struct PlaneAccess {
  static Plane make(const std::shared_ptr<ClientCore>& core, std::string_view cluster,
                    const PlaneOptions& options = {});
  /// The root plane, whose requests carry no plane ID.
  static Plane make_root(const std::shared_ptr<ClientCore>& core, const PlaneOptions& options);
  static const PlaneEndpoint& endpoint(const Plane& plane) noexcept { return *plane.endpoint_; }
};

}  // namespace kplane::detail
