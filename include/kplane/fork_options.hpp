// Which objects of a state become manifests.
#pragma once

#include <string>
#include <vector>

namespace kplane {

/// Options of Plane::manifests(). A plain aggregate: use designated initialisers.
struct ForkOptions {
  std::vector<std::string> namespaces{};     ///< only what is in them, and they themselves; empty: everything
  std::vector<std::string> ignored_types{};  ///< types to leave out, as DiffOptions::ignored_types names them
  bool status = true;  ///< also the status of each object, where somebody wrote one, as a manifest of its own
};

}  // namespace kplane
