// Access to the internals of Manifests.
#pragma once

#include <utility>

#include <kplane/manifest.hpp>

namespace kplane::detail {

struct ManifestsAccess {
  static void append(Manifests& manifests, Manifest manifest) { manifests.all_.push_back(std::move(manifest)); }
};

}  // namespace kplane::detail
