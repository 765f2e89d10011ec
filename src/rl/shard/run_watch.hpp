// RunWatch: how a rank learns that its run has ended, or that rank 0 is gone.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <kplane/stop.hpp>

#include "rl/run/run_store.hpp"

namespace kplane::rl::detail {

/// Looks at the run's Lease from a thread of its own. Thread-safe, but for stop().
class RunWatch {
 public:
  /// `store` must outlive it. @param joined the Lease as the rank joined it
  /// @param lost asked to stop when the run has ended, or its Lease was not renewed for twice as long as it lasts
  RunWatch(const RunStore& store, RunLease joined, const StopSource& lost);
  RunWatch(const RunWatch&) = delete;
  RunWatch& operator=(const RunWatch&) = delete;
  RunWatch(RunWatch&&) = delete;
  RunWatch& operator=(RunWatch&&) = delete;
  ~RunWatch() { stop(); }

  void stop() noexcept;
  /// Why it is lost; empty: it is not, or not for a reason that was seen here.
  [[nodiscard]] std::string why() const;
  /// The mailbox of rank 0 is gone, which comes before its Lease goes.
  void note_end();

 private:
  void run();
  /// @return why the run is lost; empty: it is not
  [[nodiscard]] std::string look();
  [[nodiscard]] std::string judge(const std::optional<RunLease>& now);
  void lose(const std::string& why);

  const RunStore& store_;
  const std::string run_;
  RunLease seen_;  ///< the thread's alone
  std::chrono::steady_clock::time_point last_change_ = std::chrono::steady_clock::now();
  StopSource ended_;
  StopSource lost_;
  mutable std::mutex mutex_;
  std::string why_;
  std::thread thread_;
};

}  // namespace kplane::rl::detail
