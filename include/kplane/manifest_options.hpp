// How a set of manifests is applied or removed.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <kplane/stop.hpp>

namespace kplane {

/// How a set is applied or removed.
struct ManifestOptions {
  std::string ns{};  ///< for objects of namespaced types that name none; empty: Plane::default_namespace()
  std::string field_manager = "kplane-cpp";
  bool force = false;    ///< take fields that another manager owns
  bool dry_run = false;  ///< the server does everything but store; objects in namespaces and of types that the same set
                         ///< would make then fail
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole set on one plane; none: two minutes
  StopToken stop{};
};

}  // namespace kplane
