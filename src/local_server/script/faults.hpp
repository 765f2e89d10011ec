// Scripted faults: selects the one for a request, and performs delays.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include <kplane/testing/local_server.hpp>

namespace kplane::testing::server {

/// Thread safety: every member may be called from any thread.
class Faults {
 public:
  explicit Faults(std::uint64_t seed = 1) : random_(seed) {}

  void add(Fault fault);
  void clear();
  /// Takes one application of the oldest matching fault that is due. Its `cut` is never `anywhere`.
  [[nodiscard]] std::optional<Fault> strike(const std::string& method, const std::string& path);
  /// Sleeps, but at most until end_waits(). @return whether the whole delay passed
  bool wait(std::chrono::milliseconds delay);
  /// A random number below `bound`, which is not 0.
  [[nodiscard]] std::size_t draw(std::size_t bound);
  /// Ends all current and future waits.
  void end_waits();
  /// Allows waits again.
  void allow_waits();

 private:
  struct Armed {
    Fault fault{};
    int matched = 0;  // requests since its last turn
  };

  [[nodiscard]] bool has_turn_locked(Armed& armed);
  [[nodiscard]] Fault use_locked(std::list<Armed>::iterator armed);

  std::mutex mutex_;
  std::condition_variable ended_;
  std::list<Armed> faults_;
  std::mt19937_64 random_;
  bool ending_ = false;
};

}  // namespace kplane::testing::server
