#include "rl/run/heartbeat.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <kplane/error.hpp>

namespace kplane::rl {

namespace {

constexpr int renewals_in_a_duration = 3;
constexpr int timeouts_in_a_duration = 6;  // leaves time for others after one that hangs
constexpr int retries_in_a_pause = 10;
constexpr std::chrono::milliseconds longest_retry_pause{500};

}  // namespace

Heartbeat::Heartbeat(const RunStore& store, RunLease lease, const StopSource& lost)
    : store_(store), lease_(std::move(lease)), lost_(lost) {
  thread_ = std::thread([this] { run(); });
}

void Heartbeat::stop() noexcept {
  ended_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Heartbeat::run() {
  const std::chrono::milliseconds usual = std::chrono::milliseconds(lease_.duration) / renewals_in_a_duration;
  const std::chrono::milliseconds soon = std::min(usual / retries_in_a_pause, longest_retry_pause);
  std::chrono::milliseconds pause = usual;
  while (!ended_.token().wait_for(pause)) {
    const Outcome outcome = try_to_renew();
    if (outcome == Outcome::lost) {
      lost_.request_stop();
      return;
    }
    pause = outcome == Outcome::renewed ? usual : soon;
  }
}

Heartbeat::Outcome Heartbeat::try_to_renew() noexcept {
  try {
    return renew() ? Outcome::renewed : Outcome::lost;
  } catch (...) {  // a temporary failure, such as an unavailable server, may end before the Lease expires
    return Outcome::failed;
  }
}

// A conflict may be caused by this process itself: the answer to a renewal was lost, or the run was marked as being
// cleaned up.
bool Heartbeat::renew() {
  const std::chrono::milliseconds timeout = std::chrono::milliseconds(lease_.duration) / timeouts_in_a_duration;
  try {
    store_.renew(lease_, timeout);
    return true;
  } catch (const Conflict&) {
    const std::optional<RunLease> found = store_.find_lease(lease_.run, timeout);
    if (!found || found->holder != lease_.holder) return false;
    lease_ = *found;
    return true;
  } catch (const NotFound&) {
    return false;
  }
}

}  // namespace kplane::rl
