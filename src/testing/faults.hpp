// Scripted faults: which one strikes a request, and the waiting that a fault may order.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <string>

#include <kplane/testing/local_server.hpp>

namespace kplane::testing::server {

/// Thread safety: every member may be called from any thread.
class Faults {
 public:
  void add(Fault fault);
  void clear();
  /// The oldest fault that matches; one strike of it is used up.
  [[nodiscard]] std::optional<Fault> strike(const std::string& method, const std::string& path);
  /// Sleeps, until end_waits() at most.
  void wait(std::chrono::milliseconds delay);
  /// Ends all waits, those to come included.
  void end_waits();

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::list<Fault> faults_;
  bool ending_ = false;
};

}  // namespace kplane::testing::server
