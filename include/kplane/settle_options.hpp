#pragma once

#include <chrono>

#include <kplane/diff_options.hpp>
#include <kplane/state_options.hpp>

namespace kplane {

/// How Plane::settled_state() reads. A plain aggregate: use designated initialisers.
struct SettleOptions {
  /// What to read; its `timeout` bounds the whole wait, plus up to a second for a last read.
  /// StateOptions::require_synced is always on.
  StateOptions state{};
  /// Waits until the digest of the state has not changed for this long, to cover writes that are in no log, such as
  /// those of an agent with its own credentials. 0: do not wait.
  std::chrono::milliseconds quiet{0};
  DigestOptions digest{};  ///< what to ignore when states are compared for `quiet`
};

}  // namespace kplane
