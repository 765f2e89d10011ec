#include "rl/rollout.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <kplane/rl/rl.hpp>

namespace kplane::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* deployment = R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
"spec":{"containers":[{"name":"web","image":"web:1"}]}}}})";
constexpr const char* service = R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}})";

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

Resource deployments(const Plane& plane) { return plane.resource("apps/v1", "deployments").in("default"); }

JsonText action(std::size_t step) { return JsonText(R"({"spec":{"replicas":)" + std::to_string(step % 5) + "}}"); }

StateOptions observed() {
  StateOptions options;
  options.resources = {"deployments", "services"};
  return options;
}

/// What the agent wants: as many replicas as it asked for. Takes some time, as a reward function does.
double score(const Snapshot& state, const Rollout& rollout) {
  double sum = 0;
  for (const Object& object : state.by_resource("deployments")->items) {
    sum += static_cast<double>(object.get<std::int64_t>("/spec/replicas").value_or(0));
  }
  sum += static_cast<double>(state.by_resource("services")->items.size());
  const Clock::time_point end = Clock::now() + rollout.score_time;
  if (rollout.score_waits) std::this_thread::sleep_until(end);
  while (Clock::now() < end) continue;
  return sum;
}

/// Counts down the steps of the planes that are not slow.
class Progress {
 public:
  explicit Progress(const Rollout& rollout)
      : left_((rollout.planes.size() - rollout.slow) * rollout.steps), begin_(Clock::now()) {
    outcome_.steps = left_;
  }
  void add(double score) {
    const std::lock_guard lock(mutex_);
    outcome_.score += score;
    if (--left_ > 0) return;
    outcome_.seconds = seconds_since(begin_);
    is_done_ = true;
  }
  [[nodiscard]] bool is_done() const noexcept { return is_done_; }
  [[nodiscard]] Outcome outcome() const { return outcome_; }

 private:
  std::mutex mutex_;
  std::atomic<bool> is_done_{false};
  std::size_t left_;
  Clock::time_point begin_;
  Outcome outcome_;
};

Outcome run_pool(const Client& client, const Rollout& rollout) {
  rl::PlanePoolOptions options;
  options.state = observed();
  options.workers = rollout.workers;
  options.score = [&](const rl::Observation& seen) { return score(*seen.state, rollout); };
  rl::PlanePool pool(client, rollout.planes, options);
  std::vector<std::size_t> made(pool.size());
  const auto act = [&](std::size_t i) {
    pool.send(i, deployments(pool.plane(i)).patch_request("web", PatchType::merge, action(made[i])));
  };
  Progress progress(rollout);
  for (std::size_t i = 0; i < pool.size(); ++i) act(i);
  while (!progress.is_done()) {
    for (const rl::Observation& seen : pool.recv(1)) {
      if (!seen.responses.at(0)) seen.responses[0].error().raise();
      const bool is_slow = seen.index < rollout.slow;
      ++made[seen.index];
      if (!is_slow) progress.add(seen.score.value());
      if (is_slow || made[seen.index] < rollout.steps) act(seen.index);
    }
  }
  return progress.outcome();
}

double logged_step(const Plane& plane, const WriteLog& log, std::size_t step, const Rollout& rollout) {
  deployments(plane).patch("web", PatchType::merge, action(step));
  SettleOptions options;
  options.state = observed();
  const double seen = score(plane.settled_state(log, options), rollout);
  WriteLog(log).clear(plane.cluster());
  return seen;
}

bool shows(const Snapshot& state, const std::string& version) {
  for (const Object& object : state.by_resource("deployments")->items) {
    if (object.name() == "web") return shows_version(object.resource_version(), version);
  }
  return false;
}

double bare_step(const Plane& plane, std::size_t step, const Rollout& rollout) {
  const std::string version(deployments(plane).patch("web", PatchType::merge, action(step)).resource_version());
  for (;;) {
    const Snapshot state = plane.state(observed());
    if (shows(state, version)) return score(state, rollout);
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
}

template <class Step>
Outcome run_threads(const Rollout& rollout, const Step& step) {
  Progress progress(rollout);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < rollout.planes.size(); ++i) {
    threads.emplace_back([&, i] {
      const bool is_slow = i < rollout.slow;
      for (std::size_t made = 0; is_slow ? !progress.is_done() : made < rollout.steps; ++made) {
        const double seen = step(i, made);
        if (!is_slow) progress.add(seen);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return progress.outcome();
}

/// What a program does that has fewer threads than planes: they take the planes in turn.
template <class Step>
Outcome run_few_threads(const Rollout& rollout, const Step& step) {
  constexpr std::size_t count = 16;
  Progress progress(rollout);
  std::mutex mutex;
  std::deque<std::size_t> free;
  std::vector<std::size_t> made(rollout.planes.size());
  for (std::size_t i = 0; i < rollout.planes.size(); ++i) free.push_back(i);
  const auto work = [&] {
    while (!progress.is_done()) {
      std::size_t i = 0;
      {
        const std::lock_guard lock(mutex);
        if (free.empty()) return;
        i = free.front();
        free.pop_front();
      }
      const double seen = step(i, made[i]++);
      const bool is_slow = i < rollout.slow;
      if (!is_slow) progress.add(seen);
      const std::lock_guard lock(mutex);
      if (is_slow || made[i] < rollout.steps) free.push_back(i);
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return progress.outcome();
}

}  // namespace

void prepare(const Client& client, const std::vector<Plane>& planes) {
  const Manifests shop = Manifests::from_yaml(std::string(deployment) + "\n---\n" + service);
  ManifestOptions options;
  options.force = true;  // an earlier run has patched them
  for (const ManifestResults& results : client.apply(planes, shop, options)) results.raise_if_failed();
}

Outcome run(const Client& client, const Rollout& rollout, Way way) {
  const WriteLog log;
  std::vector<Plane> logged;
  for (const Plane& plane : rollout.planes) logged.push_back(plane.logged(log));
  const auto by_log = [&](std::size_t i, std::size_t step) { return logged_step(logged[i], log, step, rollout); };
  const auto bare = [&](std::size_t i, std::size_t step) { return bare_step(rollout.planes[i], step, rollout); };
  switch (way) {
    case Way::threads:
      return run_threads(rollout, by_log);
    case Way::bare_threads:
      return run_threads(rollout, bare);
    case Way::few_threads:
      return run_few_threads(rollout, bare);
    case Way::pool:
      break;
  }
  return run_pool(client, rollout);
}

}  // namespace kplane::bench
