#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <kplane/finalizer_policy.hpp>
#include <kplane/stop.hpp>

namespace kplane {

/// Options of Plane::restore() and Plane::purge(). A plain aggregate: use designated initialisers.
struct RestoreOptions {
  /// Which finalizers to clear from objects that are deleted. A plane without controllers has nobody else to clear them
  /// (contract §9), and an agent can set any.
  FinalizerPolicy finalizers = FinalizerPolicy::all;
  std::string field_manager = "kplane-cpp";  ///< who owns the fields that are put back
  /// How long the plane must show no difference. 0: one read without differences is enough. Set it to the server's
  /// informer lag if an agent may have written just before: the state does not show such a write yet.
  std::chrono::milliseconds quiet{0};
  std::optional<std::chrono::milliseconds> timeout{};  ///< for each plane; none: two minutes
  StopToken stop{};                                    ///< ends the call early, with StoppedError; it can be repeated
};

/// Options of Plane::purge().
using PurgeOptions = RestoreOptions;

}  // namespace kplane
