#pragma once

#include <string>
#include <vector>

namespace kplane {

/// Options of Plane::manifests(). A plain aggregate: use designated initialisers.
struct ForkOptions {
  std::vector<std::string> namespaces{};     ///< only these namespaces and their contents; empty: everything
  std::vector<std::string> ignored_types{};  ///< types to leave out, as DiffOptions::ignored_types names them
  bool status = true;                        ///< also the status of each object that has one, as a separate manifest
};

}  // namespace kplane
