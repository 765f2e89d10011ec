#pragma once

#include <chrono>
#include <string>

namespace kplane {

/// Which kubeconfig and context Client::from_kubeconfig() uses. A plain aggregate: use designated initialisers.
struct KubeconfigOptions {
  /// One file. Empty: the files that `KUBECONFIG` lists, skipping those that do not exist, or else `~/.kube/config`. If
  /// several files define the same cluster, user or context, the first one wins, as with kubectl.
  std::string path{};
  std::string context{};  ///< empty: the file's `current-context`
  /// How long an exec credential plugin may take. The request that needs the credential waits for it, within its own
  /// timeout.
  std::chrono::milliseconds exec_timeout{60'000};
};

}  // namespace kplane
