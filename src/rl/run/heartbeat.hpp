// Heartbeat: renews a run's Lease while it lives.
#pragma once

#include <thread>

#include <kplane/stop.hpp>

#include "rl/run/run_store.hpp"

namespace kplane::rl {

class Heartbeat {
 public:
  /// `store` must outlive it. @param lost asked to stop when somebody else has the Lease, or nobody
  Heartbeat(const RunStore& store, RunLease lease, const StopSource& lost = {});
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;
  ~Heartbeat() { stop(); }

  /// Gives no more signs of life. Blocks while one is under way.
  void stop() noexcept;

 private:
  void run();
  enum class Outcome { renewed, lost, failed };
  [[nodiscard]] Outcome try_to_renew() noexcept;
  /// @return false when the Lease is not this holder's any more
  [[nodiscard]] bool renew();

  const RunStore& store_;
  RunLease lease_;
  StopSource ended_;
  StopSource lost_;
  std::thread thread_;
};

}  // namespace kplane::rl
