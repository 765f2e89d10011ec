// First finds out which runs are dead, which takes as long as a Lease lasts, then removes what they owned.
#include <kplane/rl/sweep.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

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

/// So many runs are removed together. Each has a thread that renews its Lease meanwhile.
constexpr std::size_t runs_at_once = 64;

struct WatchedRun {
  std::optional<RunLease> lease{};  ///< as first seen; none: the run has no Lease
  SweptRun report{};
};

class Sweep {
 public:
  Sweep(const Client& client, const SweepOptions& options)
      : store_(client.without_stop(), options.ns), options_(options), holder_(new_holder()) {}

  std::vector<SweptRun> run() {
    find_runs();
    watch_leases();
    options_.dry_run ? describe_the_dead() : remove_the_dead();
    std::vector<SweptRun> swept;
    for (auto& [id, watched] : runs_) swept.push_back(std::move(watched.report));
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
      watched.report.id = id;
      if (watched.lease) {
        watched.report.holder = watched.lease->holder;
      } else {
        watched.report.state = RunState::dead;
      }
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
      if (watched.report.state != RunState::undecided) continue;
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
      if (watched.report.state != RunState::undecided) continue;
      const auto found = versions.find(id);
      if (found == versions.end() || found->second != watched.lease->version) {
        watched.report.state = RunState::alive;
      } else if (unchanged_for >= watched.lease->duration) {
        watched.report.state = RunState::dead;
      }
    }
  }

  [[nodiscard]] std::vector<std::string> dead_runs() const {
    std::vector<std::string> dead;
    for (const auto& [id, watched] : runs_) {
      if (watched.report.state == RunState::dead) dead.push_back(id);
    }
    return dead;
  }

  void describe_the_dead() {
    const std::vector<std::string> dead = dead_runs();
    if (dead.empty()) return;
    for (const auto& [id, property] : properties_of(store_, {dead.begin(), dead.end()})) {
      SweptRun& report = runs_.at(id).report;
      report.planes.assign(property.planes.begin(), property.planes.end());
      report.kept_planes.assign(property.kept_planes.begin(), property.kept_planes.end());
      for (const Fleet& fleet : property.fleets) report.fleets.push_back(fleet.name());
    }
  }

  void remove_the_dead() {
    const std::vector<std::string> dead = dead_runs();
    for (std::size_t begin = 0; begin < dead.size(); begin += runs_at_once) {
      remove(dead.data() + begin, dead.data() + std::min(dead.size(), begin + runs_at_once));
    }
  }

  // Takes all of them before anything is purged: during a clean-up another run may renew its Lease, and its planes are
  // then in use. A taken run cannot. Planes that one of them shares with a dead run that is not taken yet are kept, and
  // purged with that one.
  void remove(const std::string* begin, const std::string* end) {
    std::vector<CleanedRun> taken;
    std::map<std::string, Heartbeat> heartbeats;
    for (const std::string* id = begin; id != end; ++id) {
      if (options_.stop.stop_requested()) throw StoppedError("the sweep was stopped; it can be repeated");
      const std::optional<RunLease> lease = take(*id);
      if (!lease) continue;
      taken.push_back({*lease, runs_.at(*id).report});
      heartbeats.try_emplace(*id, store_, *lease);
    }
    try {
      clean_up(store_, taken, options_.stop);
    } catch (const StoppedError&) {
      throw;
    } catch (const Error& error) {
      for (CleanedRun& run : taken) {
        if (run.report.error.empty()) run.report.error = error.what();
      }
    }
    for (CleanedRun& run : taken) {
      heartbeats.erase(run.taken.run);
      end_one(run);
    }
  }

  /// @return nullopt when this process does not get its Lease, which the report then says
  [[nodiscard]] std::optional<RunLease> take(const std::string& id) {
    SweptRun& report = runs_.at(id).report;
    try {
      std::optional<RunLease> lease = take_lease(id);
      if (!lease) report.state = RunState::alive;
      return lease;
    } catch (const Error& error) {
      report.state = RunState::failed;
      report.error = error.what();
      return std::nullopt;
    }
  }

  void end_one(CleanedRun& run) {
    SweptRun& report = runs_.at(run.taken.run).report;
    report = std::move(run.report);
    report.state = RunState::failed;
    if (!report.error.empty()) return;
    try {
      if (store_.remove_lease(report.id, run.taken.holder)) {
        report.state = RunState::swept;
      } else {
        report.error = "another process has taken it";
      }
    } catch (const Error& error) {
      report.error = error.what();
    }
  }

  /// @return nullopt when the run or another sweep has just written to the Lease
  [[nodiscard]] std::optional<RunLease> take_lease(const std::string& id) const {
    const std::optional<RunLease>& found = runs_.at(id).lease;
    if (found) return store_.take(*found, holder_, own_duration);
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
