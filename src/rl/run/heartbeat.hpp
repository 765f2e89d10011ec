// Renews a run's Lease on a thread for its own lifetime.
#pragma once

#include <thread>

#include <kplane/stop.hpp>

#include "rl/run/run_store.hpp"

namespace kplane::rl {

class Heartbeat {
 public:
  /// `store` must outlive it. @param lost stopped when another process has the Lease, or it is gone
  Heartbeat(const RunStore& store, RunLease lease, const StopSource& lost = {});
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;
  ~Heartbeat() { stop(); }

  /// Stops renewing. Blocks while a renewal is in progress.
  void stop() noexcept;

 private:
  void run();
  enum class Outcome { renewed, lost, failed };
  [[nodiscard]] Outcome try_to_renew() noexcept;
  /// @return false when the Lease no longer belongs to this holder
  [[nodiscard]] bool renew();

  const RunStore& store_;
  RunLease lease_;
  StopSource ended_;
  StopSource lost_;
  std::thread thread_;
};

}  // namespace kplane::rl
