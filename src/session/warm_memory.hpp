// Remembers whether a server has started the informers of all types, which then serve all its planes (contract §10).
#pragma once

#include <atomic>
#include <cstdint>

namespace kplane::detail {

/// Informers are lost when the server process restarts. A state reveals that: fewer types are live than when the server
/// had been warmed. Thread-safe.
class WarmMemory {
 public:
  [[nodiscard]] bool is_warm() const noexcept { return live_.load(std::memory_order_relaxed) != unknown; }
  /// Call when a warm read was answered with this many live types.
  void remember(std::int64_t live_resources) noexcept { live_.store(live_resources, std::memory_order_relaxed); }
  /// Call after a read that assumed a warm server. @return whether the server was no longer warm; it then counts as
  /// cold
  [[nodiscard]] bool is_lost(std::int64_t live_resources) noexcept {
    const std::int64_t wanted = live_.load(std::memory_order_relaxed);
    if (wanted != unknown && live_resources >= wanted) return false;
    live_.store(unknown, std::memory_order_relaxed);
    return true;
  }

 private:
  static constexpr std::int64_t unknown = -1;
  std::atomic<std::int64_t> live_{unknown};
};

}  // namespace kplane::detail
