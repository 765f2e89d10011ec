// Each look determines which transfers have received data, which are stalled, and whether a probe is due.
#include "http/concurrency_limiter.hpp"

#include <algorithm>
#include <utility>

namespace kplane::http {

namespace {

constexpr std::size_t most_stalled_per_slot = 15;
constexpr std::chrono::microseconds least_grace{100'000};
constexpr int durations_per_grace = 4;
constexpr int mean_memory = 16;  // durations after which an old one has lost two thirds of its weight
constexpr Milliseconds look_interval{25};

}  // namespace

ConcurrencyLimiter::ConcurrencyLimiter(std::size_t concurrency, TimePoint now, std::size_t most_stalled) noexcept
    : concurrency_(concurrency),
      // Clamped before the multiplication: concurrency may be as large as std::size_t allows.
      most_stalled_(std::min(most_stalled, std::min(concurrency, most_stalled_in_all) * most_stalled_per_slot)),
      last_look_(now),
      quiet_since_(now) {}

std::chrono::microseconds ConcurrencyLimiter::grace() const noexcept {
  return std::max(least_grace, durations_per_grace * mean_);
}

TimePoint ConcurrencyLimiter::next_look() const noexcept { return last_look_ + look_interval; }

void ConcurrencyLimiter::add(TransferProgress& started) noexcept {
  ++used_;
  started.number = ++started_;
}

void ConcurrencyLimiter::answered(const TransferProgress& ended, std::chrono::microseconds duration) noexcept {
  answered_since_look_ = true;
  newest_answered_ = std::max(newest_answered_, ended.number);
  mean_ += (duration - mean_) / mean_memory;
}

bool ConcurrencyLimiter::look(TimePoint now, const std::vector<TransferProgress*>& in_flight) noexcept {
  last_look_ = now;
  for (TransferProgress* transfer : in_flight) hear(*transfer, now);
  if (!std::exchange(answered_since_look_, false)) return make_room_for_probe(now, in_flight);
  quiet_since_ = now;
  probe_pause_ = {};
  for (TransferProgress* transfer : in_flight) {
    if (is_silent(*transfer, now) && transfer->started_by_then < newest_answered_) set_stalled(*transfer);
  }
  return false;
}

void ConcurrencyLimiter::hear(TransferProgress& transfer, TimePoint now) noexcept {
  if (transfer.seen == transfer.received) return;
  transfer.seen = transfer.received;
  transfer.heard = now;
  transfer.started_by_then = started_;
  if (!std::exchange(transfer.stalled, false)) return;
  --stalled_;
  ++used_;
}

bool ConcurrencyLimiter::is_silent(const TransferProgress& transfer, TimePoint now) const noexcept {
  return !transfer.stalled && now - transfer.heard >= grace();
}

void ConcurrencyLimiter::set_stalled(TransferProgress& transfer) noexcept {
  if (stalled_ == most_stalled_) return;
  transfer.stalled = true;
  ++stalled_;
  --used_;
}

bool ConcurrencyLimiter::make_room_for_probe(TimePoint now, const std::vector<TransferProgress*>& in_flight) noexcept {
  const auto pause = std::max(grace(), probe_pause_);
  if (has_free() || stalled_ == most_stalled_ || now - quiet_since_ < pause) return false;
  const auto silent = std::find_if(in_flight.begin(), in_flight.end(),
                                   [&](const TransferProgress* transfer) { return is_silent(*transfer, now); });
  if (silent == in_flight.end()) return false;
  set_stalled(**silent);
  quiet_since_ = now;
  probe_pause_ = 2 * pause;
  return true;
}

}  // namespace kplane::http
