// KubeconfigOptions: which kubeconfig, and which of its contexts.
#pragma once

#include <chrono>
#include <string>

namespace kplane {

/// For Client::from_kubeconfig(). A plain aggregate: use designated initialisers.
struct KubeconfigOptions {
  /// One file. Empty: the files that `KUBECONFIG` lists, those that do not exist left out, or else `~/.kube/config`. Of
  /// several files that define the same cluster, user or context, the first one counts, as for kubectl.
  std::string path{};
  std::string context{};  ///< empty: the file's `current-context`
  /// How long an exec credential plugin may take. The request that needs it waits for it, within its own time.
  std::chrono::milliseconds exec_timeout{60'000};
};

}  // namespace kplane
