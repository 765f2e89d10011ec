#include "rl/run/heartbeat.hpp"

#include <chrono>
#include <utility>

#include <kplane/error.hpp>

namespace kplane::rl {

namespace {

constexpr int renewals_in_a_duration = 3;

}  // namespace

Heartbeat::Heartbeat(const RunStore& store, RunLease lease) : store_(store), lease_(std::move(lease)) {
  thread_ = std::thread([this] { run(); });
}

void Heartbeat::stop() noexcept {
  ended_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Heartbeat::run() {
  const std::chrono::milliseconds pause = std::chrono::milliseconds(lease_.duration) / renewals_in_a_duration;
  while (!ended_.token().wait_for(pause)) {
    try {
      if (renew()) continue;
      lost_.request_stop();
      return;
    } catch (const Error&) {  // the server may be back in time for the next one
      continue;
    }
  }
}

// A conflict may be this process's own doing: the answer to a renewal was lost, or the run was marked as being cleared
// away.
bool Heartbeat::renew() {
  try {
    store_.renew(lease_);
    return true;
  } catch (const Conflict&) {
    const std::optional<RunLease> found = store_.find_lease(lease_.run);
    if (!found || found->holder != lease_.holder) return false;
    lease_ = *found;
    return true;
  } catch (const NotFound&) {
    return false;
  }
}

}  // namespace kplane::rl
