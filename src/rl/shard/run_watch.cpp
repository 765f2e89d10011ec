#include "rl/shard/run_watch.hpp"

#include <optional>
#include <utility>

namespace kplane::rl::detail {

namespace {

constexpr int looks_in_a_duration = 3;
constexpr int timeouts_in_a_duration = 6;
constexpr int durations_until_lost = 2;  // a rank 0 that restarts needs one to take the run over

std::string end_of(const std::string& run) {
  return "run " + run + " has ended: its rank 0 closed it, or a sweep cleared it away";
}

}  // namespace

RunWatch::RunWatch(const RunStore& store, RunLease joined, const StopSource& lost)
    : store_(store), run_(joined.run), seen_(std::move(joined)), lost_(lost) {
  thread_ = std::thread([this] { run(); });
}

void RunWatch::stop() noexcept {
  ended_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::string RunWatch::why() const {
  const std::lock_guard lock(mutex_);
  return why_;
}

void RunWatch::note_end() { lose(end_of(run_)); }

void RunWatch::run() {
  while (!ended_.token().wait_for(std::chrono::milliseconds(seen_.duration) / looks_in_a_duration)) {
    const std::string why = look();
    if (why.empty()) continue;
    lose(why);
    return;
  }
}

std::string RunWatch::look() {
  try {
    return judge(store_.find_lease(seen_.run, std::chrono::milliseconds(seen_.duration) / timeouts_in_a_duration));
  } catch (...) {  // while the server is away nothing is known of rank 0, which cannot give a sign either
    last_change_ = std::chrono::steady_clock::now();
    return {};
  }
}

std::string RunWatch::judge(const std::optional<RunLease>& now) {
  if (!now || now->uid != seen_.uid || now->is_swept) return end_of(run_);
  const auto time = std::chrono::steady_clock::now();
  if (now->version != seen_.version) {
    seen_ = *now;
    last_change_ = time;
    return {};
  }
  if (time - last_change_ < durations_until_lost * seen_.duration) return {};
  return "rank 0 of run " + run_ + ", " + seen_.holder + ", gives no sign of life";
}

void RunWatch::lose(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (why_.empty()) why_ = why;
  }
  lost_.request_stop();
}

}  // namespace kplane::rl::detail
