// The request that applies or removes one object of a set.
#pragma once

#include <string>

#include <kplane/manifest.hpp>

#include "codec/api_resources.hpp"
#include "http/message.hpp"
#include "manifest/manifest_plan.hpp"
#include "resource/resource_path.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// The namespace of an object of this type; empty for a cluster-scoped type.
[[nodiscard]] std::string namespace_of(const PlaneEndpoint& endpoint, const ManifestOptions& options,
                                       const Manifest& manifest, const codec::ApiResource& type);

[[nodiscard]] http::Request manifest_request(const PlaneEndpoint& endpoint, const ManifestPlan& plan,
                                             const Manifest& manifest, const ResourcePath& path);

}  // namespace kplane::detail
