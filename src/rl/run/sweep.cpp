// First finds out which runs are dead, which takes as long as a Lease lasts, then removes what they owned.
#include <kplane/rl/sweep.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <kplane/error.hpp>

#include "rl/run/clean_up.hpp"
#include "rl/run/heartbeat.hpp"
#include "rl/run/run_store.hpp"

namespace kplane::rl {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::chrono::seconds own_duration{30};  // how long this process holds the Lease of a run that it cleans up
constexpr std::chrono::milliseconds shortest_pause{50};
constexpr std::chrono::milliseconds longest_pause{1'000};

/// A dead run whose Lease this process has taken.
struct TakenRun {
  TakenRun(const RunStore& store, const RunLease& taken) : lease(taken), heartbeat(store, taken) {}

  RunLease lease;
  Heartbeat heartbeat;
};

struct WatchedRun {
  std::optional<RunLease> lease{};  ///< as first seen; none: the run has no Lease
  RunState state = RunState::undecided;
  std::unique_ptr<TakenRun> taken{};
  std::string error{};  ///< why it could not be taken
};

class Sweep {
 public:
  Sweep(const Client& client, const SweepOptions& options)
      : store_(client.without_stop(), options.ns), options_(options), holder_(new_holder()) {}

  std::vector<SweptRun> run() {
    find_runs();
    watch_leases();
    if (!options_.dry_run) take_the_dead();
    std::vector<SweptRun> swept;
    for (const auto& [id, watched] : runs_) swept.push_back(take_care_of(id, watched));
    return swept;
  }

 private:
  // Leases are read last: they are created first and removed last, so only a dead run can lack one.
  void find_runs() {
    for (const auto& [id, planes] : store_.ledgers()) runs_[id];
    for (const Fleet& fleet : store_.fleets()) {
      if (const std::string id = store_.run_of(fleet); !id.empty()) runs_[id];
    }
    for (const RunLease& lease : store_.leases()) runs_[lease.run].lease = lease;
    first_seen_ = std::chrono::steady_clock::now();
    for (auto& [id, watched] : runs_) {
      if (!watched.lease) watched.state = RunState::dead;
    }
  }

  void watch_leases() {
    const SteadyTime end = first_seen_ + options_.timeout;
    while (const std::optional<std::chrono::milliseconds> pause = next_pause()) {
      if (std::chrono::steady_clock::now() >= end) return;
      if (options_.stop.wait_for(*pause)) throw StoppedError("the sweep was stopped before it removed anything");
      look();
    }
  }

  /// @return nullopt when all is decided
  [[nodiscard]] std::optional<std::chrono::milliseconds> next_pause() const {
    std::optional<std::chrono::milliseconds> pause;
    for (const auto& [id, watched] : runs_) {
      if (watched.state != RunState::undecided) continue;
      constexpr int looks = 10;
      const std::chrono::milliseconds wanted =
          std::clamp(std::chrono::milliseconds(watched.lease->duration) / looks, shortest_pause, longest_pause);
      pause = std::min(pause.value_or(wanted), wanted);
    }
    return pause;
  }

  // Only the time for which this process has seen no change counts, not recorded timestamps.
  void look() {
    const auto unchanged_for = std::chrono::steady_clock::now() - first_seen_;
    std::map<std::string, std::string> versions;
    for (const RunLease& lease : store_.leases()) versions[lease.run] = lease.version;
    for (auto& [id, watched] : runs_) {
      if (watched.state != RunState::undecided) continue;
      const auto found = versions.find(id);
      if (found == versions.end() || found->second != watched.lease->version) {
        watched.state = RunState::alive;
      } else if (unchanged_for >= watched.lease->duration) {
        watched.state = RunState::dead;
      }
    }
  }

  // Takes all of them before anything is purged: during a clean-up another run may renew its Lease, and its planes are
  // then in use. A taken run cannot.
  void take_the_dead() {
    for (auto& [id, watched] : runs_) {
      if (watched.state != RunState::dead) continue;
      if (options_.stop.stop_requested()) throw StoppedError("the sweep was stopped before it removed anything");
      try {
        const std::optional<RunLease> lease = take(id, watched);
        if (!lease) {
          watched.state = RunState::alive;
        } else {
          watched.taken = std::make_unique<TakenRun>(store_, *lease);
        }
      } catch (const Error& error) {
        watched.state = RunState::failed;
        watched.error = error.what();
      }
    }
  }

  [[nodiscard]] IsDead death() const {
    return [this](const std::string& id) {
      const auto found = runs_.find(id);
      return found != runs_.end() && found->second.state == RunState::dead;
    };
  }

  [[nodiscard]] SweptRun take_care_of(const std::string& id, const WatchedRun& watched) const {
    SweptRun report;
    report.id = id;
    report.state = watched.state;
    report.error = watched.error;
    if (watched.lease) report.holder = watched.lease->holder;
    if (watched.state != RunState::dead) return report;
    try {
      options_.dry_run ? describe(report) : clear_away(*watched.taken, report);
    } catch (const StoppedError&) {
      throw;
    } catch (const Error& error) {
      report.state = RunState::failed;
      report.error = error.what();
    }
    return report;
  }

  void describe(SweptRun& report) const {
    const RunProperty property = property_of(store_, report.id, death());
    report.planes.assign(property.planes.begin(), property.planes.end());
    report.kept_planes.assign(property.kept_planes.begin(), property.kept_planes.end());
    for (const Fleet& fleet : property.fleets) report.fleets.push_back(fleet.name());
  }

  void clear_away(TakenRun& taken, SweptRun& report) const {
    clean_up(store_, taken.lease, death(), report, options_.stop);
    taken.heartbeat.stop();
    report.state = report.error.empty() ? RunState::swept : RunState::failed;
    if (report.error.empty()) store_.remove_lease(report.id);
  }

  /// @return nullopt when the run or another sweep has just written to the Lease
  [[nodiscard]] std::optional<RunLease> take(const std::string& id, const WatchedRun& watched) const {
    if (watched.lease) return store_.take(*watched.lease, holder_, own_duration);
    RunLease lease;
    lease.run = id;
    lease.holder = holder_;
    lease.duration = own_duration;
    lease.is_swept = true;
    try {
      return store_.create_lease(lease);
    } catch (const AlreadyExists&) {
      return std::nullopt;
    }
  }

  RunStore store_;
  SweepOptions options_;
  std::string holder_;
  std::map<std::string, WatchedRun> runs_;
  SteadyTime first_seen_{};
};

}  // namespace

std::vector<SweptRun> sweep(const Client& client, const SweepOptions& options) {
  if (options.timeout.count() < 0) throw ConfigError("SweepOptions::timeout must be 0 ms or more");
  return Sweep(client, options).run();
}

}  // namespace kplane::rl
