// ConcurrencyLimiter: which transfers of a batch count against its concurrency, so that stalled ones do not hold up the
// others.
//
// A transfer uses a slot from its start to its end. When nothing has arrived from it for a grace period, while the
// server still answers and has answered one that started later, the silence is its own and not the server's: it is
// stalled, and its slot is free for the next transfer. It stays in flight until its deadline. When bytes arrive again
// it counts again, even if there are then more than slots; none starts until some have ended.
//
// The grace period is four times the mean duration of the transfers that were answered, and at least 100 ms. It has no
// upper bound: where every answer takes long, silence says nothing, and more transfers would only pile requests onto a
// slow server.
// When all slots are in use and nothing is answered, either all the transfers are dead or the whole server is silent.
// One additional transfer, a probe, tells which: if it is answered, all silent ones are stalled. Without an answer the
// next probe waits twice as long, so that a silent server sees only a handful of requests more than slots. Stalled
// transfers are limited to 15 per slot and 256 in all, which bounds the cost for the server, and for this process in
// file descriptors and memory.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "http/message.hpp"

namespace kplane::http {

/// ConcurrencyLimiter's data on one transfer in flight.
struct TransferProgress {
  std::uint64_t received = 0;           ///< bytes so far; updated before each look
  std::optional<std::uint64_t> seen{};  ///< bytes at the last look; none before the first
  TimePoint heard{};                    ///< the look that first saw those bytes
  std::size_t started_by_then = 0;      ///< transfers that had started by that look
  std::size_t number = 0;               ///< among all transfers, in the order they started
  bool stalled = false;
};

/// Does no I/O: time and byte counts are passed in.
class ConcurrencyLimiter {
 public:
  static constexpr std::size_t most_stalled_in_all = 256;

  /// @param most_stalled an upper limit on stalled transfers in all
  ConcurrencyLimiter(std::size_t concurrency, TimePoint now, std::size_t most_stalled = most_stalled_in_all) noexcept;

  [[nodiscard]] bool has_free() const noexcept { return used_ < concurrency_; }
  [[nodiscard]] std::size_t most_in_flight() const noexcept { return concurrency_ + most_stalled_; }
  [[nodiscard]] std::chrono::microseconds grace() const noexcept;
  /// The earliest time at which another look is worthwhile.
  [[nodiscard]] TimePoint next_look() const noexcept;

  void add(TransferProgress& started) noexcept;
  void remove(const TransferProgress& ended) noexcept { --(ended.stalled ? stalled_ : used_); }
  /// A transfer was answered, whatever the status, within `duration`.
  void answered(const TransferProgress& ended, std::chrono::microseconds duration) noexcept;

  /// Updates the progresses of all transfers in flight. @return whether one of them now makes room for a probe.
  bool look(TimePoint now, const std::vector<TransferProgress*>& in_flight) noexcept;

 private:
  void hear(TransferProgress& transfer, TimePoint now) noexcept;
  void set_stalled(TransferProgress& transfer) noexcept;
  [[nodiscard]] bool is_silent(const TransferProgress& transfer, TimePoint now) const noexcept;
  [[nodiscard]] bool make_room_for_probe(TimePoint now, const std::vector<TransferProgress*>& in_flight) noexcept;

  std::size_t concurrency_;
  std::size_t most_stalled_;
  std::size_t used_ = 0;
  std::size_t stalled_ = 0;
  std::size_t started_ = 0;
  std::size_t newest_answered_ = 0;
  std::chrono::microseconds mean_{250'000};  // so that the first grace period is a second
  bool answered_since_look_ = false;
  TimePoint last_look_;
  TimePoint quiet_since_;  // the look that last saw an answer, or made room for a probe
  std::chrono::microseconds probe_pause_{0};
};

}  // namespace kplane::http
