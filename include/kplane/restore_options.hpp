// How a plane is brought back to where an episode began.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <kplane/finalizer_policy.hpp>
#include <kplane/stop.hpp>

namespace kplane {

/// Options of Plane::restore() and Plane::purge(). A plain aggregate: use designated initialisers.
struct RestoreOptions {
  /// Which finalizers are taken away from what has to go. A plane without controllers has nobody who would do so
  /// (contract §9), and an agent can set any.
  FinalizerPolicy finalizers = FinalizerPolicy::all;
  std::string field_manager = "kplane-cpp";  ///< who owns the fields that are put back
  /// The plane must look right for so long. 0: one look that finds no difference is enough. Set it to the server's
  /// informer lag where an agent may have written until a moment ago: the state does not show such a write yet.
  std::chrono::milliseconds quiet{0};
  std::optional<std::chrono::milliseconds> timeout{};  ///< for each plane; none: two minutes
  StopToken stop{};                                    ///< ends the call early, with StoppedError; it can be repeated
};

/// Options of Plane::purge().
using PurgeOptions = RestoreOptions;

}  // namespace kplane
