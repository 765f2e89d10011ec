// A clean-up first takes the run's Lease and then reads the ledgers; own() first writes its ledger and then reads which
// runs are being cleaned up. One of the two therefore sees the other, and a plane is never purged while in use.
#include "rl/run/clean_up.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

#include "rl/run/purge.hpp"

namespace kplane::rl {

namespace {

constexpr std::size_t planes_at_once = 64;
constexpr std::chrono::milliseconds sweep_poll{200};

void add(PlaneIds& planes, const PlaneIds& more) { planes.insert(more.begin(), more.end()); }

/// Those of all runs of this namespace, and all Fleets.
struct Records {
  // In this order. Who owns a plane from now on sees that the Leases are taken, and waits.
  explicit Records(const RunStore& store) : ledgers(store.ledgers()), leases(store.leases()), fleets(store.fleets()) {}

  std::map<std::string, PlaneIds> ledgers;
  std::vector<RunLease> leases;
  std::vector<Fleet> fleets;
};

/// The planes of living runs, and of Fleets that belong to no run of this namespace.
PlaneIds planes_in_use(const RunStore& store, const Records& records, const std::set<std::string>& dead) {
  std::set<std::string> living;
  PlaneIds in_use;
  for (const RunLease& lease : records.leases) {
    if (lease.is_swept || dead.count(lease.run) > 0) continue;
    living.insert(lease.run);
    const auto found = records.ledgers.find(lease.run);
    if (found != records.ledgers.end()) add(in_use, found->second);
  }
  for (const Fleet& fleet : records.fleets) {
    const std::string owner = store.run_of(fleet);
    if (owner.empty() || living.count(owner) > 0) add(in_use, plane_ids(fleet));
  }
  return in_use;
}

/// The Fleets of each of these runs.
std::map<std::string, std::vector<Fleet>> fleets_by_run(const RunStore& store, const std::vector<Fleet>& fleets) {
  std::map<std::string, std::vector<Fleet>> by_run;
  for (const Fleet& fleet : fleets) by_run[store.run_of(fleet)].push_back(fleet);
  return by_run;
}

PlaneIds planes_of(const std::vector<Fleet>& fleets) {
  PlaneIds planes;
  for (const Fleet& fleet : fleets) add(planes, plane_ids(fleet));
  return planes;
}

class CleanUp {
 public:
  CleanUp(const RunStore& store, std::vector<CleanedRun>& runs, const StopToken& stop)
      : store_(store), runs_(runs), stop_(stop) {}

  void run() {
    record_fleets();
    remove_all_but_planes();
    purge_all();
    each([&](CleanedRun& run) {
      if (!run.report.error.empty()) return;
      check_is_held(run.taken);
      store_.remove_ledger(run.taken.run);
    });
  }

 private:
  /// Calls `step` with each run that has not failed.
  template <class Step>
  void each(const Step& step) {
    for (CleanedRun& run : runs_) {
      check_stop();
      try_to(run, step);
    }
  }

  void check_stop() const {
    if (stop_.stop_requested()) throw StoppedError("the clean-up of dead runs was stopped; it can be repeated");
  }

  /// A process that was stalled for longer than its Lease must not touch what somebody else may now be using.
  void check_is_held(const RunLease& taken) const {
    const std::optional<RunLease> found = store_.find_lease(taken.run);
    if (found && found->holder == taken.holder) return;
    throw Error("another process is cleaning up run " + taken.run + ": this process was stalled for too long");
  }

  template <class Step>
  static void try_to(CleanedRun& run, const Step& step) {
    if (run.failure) return;
    try {
      step(run);
    } catch (const StoppedError&) {
      throw;
    } catch (const Error& error) {
      run.report.error = error.what();
      run.failure = std::current_exception();
    }
  }

  /// Before they are deleted, so that their planes are not forgotten.
  void record_fleets() {
    const auto fleets = fleets_by_run(store_, store_.fleets());
    each([&](const CleanedRun& run) {
      store_.ensure_ledger(run.taken.run);
      if (const auto own = fleets.find(run.taken.run); own != fleets.end()) {
        store_.add_planes(run.taken.run, planes_of(own->second));
      }
    });
  }

  void remove_all_but_planes() {
    std::set<std::string> dead;
    for (const CleanedRun& run : runs_) dead.insert(run.taken.run);
    const std::map<std::string, RunProperty> properties = properties_of(store_, dead);
    const auto mailboxes = store_.mailboxes(dead);
    each([&](CleanedRun& run) {
      check_is_held(run.taken);
      if (const auto own = mailboxes.find(run.taken.run); own != mailboxes.end()) {
        for (const std::string& mailbox : own->second) store_.remove_mailbox(mailbox);
      }
      remove_fleets(run, properties.at(run.taken.run));
    });
  }

  void remove_fleets(CleanedRun& run, const RunProperty& property) {
    run.report.kept_planes.assign(property.kept_planes.begin(), property.kept_planes.end());
    for (const Fleet& fleet : property.fleets) {
      fleet.remove();
      run.report.fleets.push_back(fleet.name());
    }
    store_.remove_planes(run.taken.run, property.kept_planes);
    for (const std::string& plane : property.planes) owners_[plane].push_back(&run);
  }

  void purge_all() {
    std::vector<std::string> ids;
    ids.reserve(owners_.size());
    for (const auto& [plane, owners] : owners_) ids.push_back(plane);
    for (std::size_t begin = 0; begin < ids.size(); begin += planes_at_once) {
      check_stop();
      const std::size_t end = std::min(ids.size(), begin + planes_at_once);
      purge_some(
          held({ids.begin() + static_cast<std::ptrdiff_t>(begin), ids.begin() + static_cast<std::ptrdiff_t>(end)}));
    }
  }

  /// Those of these planes that a run owns which this process still holds.
  [[nodiscard]] std::vector<std::string> held(const std::vector<std::string>& ids) {
    std::set<CleanedRun*> concerned;
    for (const std::string& id : ids) concerned.insert(owners_[id].begin(), owners_[id].end());
    for (CleanedRun* run : concerned) {
      try_to(*run, [&](const CleanedRun& one) { check_is_held(one.taken); });
    }
    std::vector<std::string> planes;
    for (const std::string& id : ids) {
      const std::vector<CleanedRun*>& owners = owners_[id];
      if (std::any_of(owners.begin(), owners.end(), [](const CleanedRun* run) { return !run->failure; })) {
        planes.push_back(id);
      }
    }
    return planes;
  }

  /// What fails for all of them because of a single one, such as by its ID or its rights, is tried one by one.
  void purge_some(const std::vector<std::string>& ids) {
    if (ids.empty()) return;
    try {
      std::vector<Plane> planes;
      planes.reserve(ids.size());
      for (const std::string& id : ids) planes.push_back(store_.client().plane(id));
      note(purge(store_.client(), planes, stop_));
    } catch (const StoppedError&) {
      throw;
    } catch (const Error& error) {
      const bool is_of_one = ids.size() > 1 && !error.retryable();
      for (const std::string& id : ids) is_of_one ? purge_some({id}) : note({{id, error.what()}});
    }
  }

  /// Purged planes are removed from the ledgers at once, for runs that wait for them and for a repeated clean-up.
  void note(const std::vector<PurgeOutcome>& outcomes) {
    std::map<CleanedRun*, PlaneIds> purged;
    for (const PurgeOutcome& outcome : outcomes) {
      for (CleanedRun* run : owners_[outcome.plane]) {
        if (outcome.error.empty()) {
          purged[run].insert(outcome.plane);
        } else if (run->report.error.empty()) {
          run->report.error = "plane " + outcome.plane + ": " + outcome.error;
        }
      }
    }
    for (auto& [run, planes] : purged) {
      try_to(*run, [&, planes = &planes](CleanedRun& one) {
        store_.remove_planes(one.taken.run, *planes);
        one.report.planes.insert(one.report.planes.end(), planes->begin(), planes->end());
      });
    }
  }

  const RunStore& store_;
  std::vector<CleanedRun>& runs_;
  const StopToken& stop_;
  std::map<std::string, std::vector<CleanedRun*>> owners_;  // of each plane that is to be purged
};

bool is_swept(const RunStore& store, const std::string& run, const PlaneIds& planes) {
  for (const RunLease& lease : store.leases()) {
    if (lease.run == run || !lease.is_swept) continue;
    const PlaneIds swept = store.ledger(lease.run);
    if (std::any_of(planes.begin(), planes.end(), [&](const std::string& id) { return swept.count(id) > 0; })) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::map<std::string, RunProperty> properties_of(const RunStore& store, const std::set<std::string>& dead) {
  const Records records(store);
  const auto fleets = fleets_by_run(store, records.fleets);
  const PlaneIds in_use = planes_in_use(store, records, dead);
  const std::string& root = store.client().root_plane().cluster();
  std::map<std::string, RunProperty> properties;
  for (const std::string& run : dead) {
    RunProperty& property = properties[run];
    PlaneIds all;
    if (const auto ledger = records.ledgers.find(run); ledger != records.ledgers.end()) all = ledger->second;
    if (const auto own = fleets.find(run); own != fleets.end()) property.fleets = own->second;
    add(all, planes_of(property.fleets));
    all.erase(root);  // a Fleet may list it, but it has the records of all runs
    for (const std::string& id : all) (in_use.count(id) > 0 ? property.kept_planes : property.planes).insert(id);
  }
  return properties;
}

void clean_up(const RunStore& store, std::vector<CleanedRun>& runs, const StopToken& stop) {
  CleanUp(store, runs, stop).run();
}

SweptRun clean_up(const RunStore& store, const RunLease& taken, const StopToken& stop) {
  std::vector<CleanedRun> runs;
  runs.push_back({taken});
  clean_up(store, runs, stop);
  if (runs[0].failure) std::rethrow_exception(runs[0].failure);
  return std::move(runs[0].report);
}

void wait_until_unswept(const RunStore& store, const std::string& run, const PlaneIds& planes,
                        std::chrono::milliseconds timeout, const StopToken& stop) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (is_swept(store, run, planes)) {
    if (std::chrono::steady_clock::now() >= end) {
      throw TimeoutError("a plane of run " + run + " is still being purged for a dead run; try again later");
    }
    if (stop.wait_for(sweep_poll)) throw StoppedError("run " + run + " was lost while waiting for a plane");
  }
}

}  // namespace kplane::rl
