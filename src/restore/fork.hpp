// Turns a state into manifests that another plane accepts.
#pragma once

#include <kplane/fork_options.hpp>
#include <kplane/manifest.hpp>
#include <kplane/snapshot.hpp>

#include "session/client_core.hpp"

namespace kplane::detail {

/// @throws ConfigError, DecodeError; NotFound for a type that the plane does not serve; the errors of discovery
[[nodiscard]] Manifests fork_manifests(const PlaneEndpoint& endpoint, const Snapshot& state,
                                       const ForkOptions& options);

}  // namespace kplane::detail
