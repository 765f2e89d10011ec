// When a state counts as settled.
#pragma once

#include <chrono>

#include <kplane/diff_options.hpp>
#include <kplane/state_options.hpp>

namespace kplane {

/// How Plane::settled_state() reads. A plain aggregate: use designated initialisers.
struct SettleOptions {
  /// What to read, and with `timeout` for how long to wait in all; a server that stalls then adds a second. It is read
  /// with StateOptions::require_synced, whatever that says here.
  StateOptions state{};
  /// Waits until the digest of the state has not changed for so long, for writes that no log knows, such as those of an
  /// agent with credentials of its own. 0: does not.
  std::chrono::milliseconds quiet{0};
  DigestOptions digest{};  ///< what is left out when states are compared for `quiet`
};

}  // namespace kplane
