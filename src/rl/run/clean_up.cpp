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

/// The planes of living runs, and of Fleets that belong to no run of this namespace.
PlaneIds planes_in_use(const RunStore& store, const std::string& run, const IsDead& is_dead) {
  const std::map<std::string, PlaneIds> ledgers = store.ledgers();
  std::set<std::string> living;
  PlaneIds in_use;
  for (const RunLease& lease : store.leases()) {
    if (lease.run == run || lease.is_swept || is_dead(lease.run)) continue;
    living.insert(lease.run);
    const auto found = ledgers.find(lease.run);
    if (found != ledgers.end()) add(in_use, found->second);
  }
  for (const Fleet& fleet : store.fleets()) {
    const std::string owner = store.run_of(fleet);
    if (owner.empty() || living.count(owner) > 0) add(in_use, plane_ids(fleet));
  }
  return in_use;
}

std::vector<Plane> planes_of(const Client& client, const std::vector<std::string>& ids, std::size_t begin,
                             std::size_t end) {
  std::vector<Plane> planes;
  for (std::size_t i = begin; i < end; ++i) planes.push_back(client.plane(ids[i]));
  return planes;
}

void note_error(SweptRun& report, const std::string& error) {
  if (report.error.empty()) report.error = error;
}

/// A process that was stalled for longer than its Lease must not purge planes that somebody else may now be using.
void check_is_held(const RunStore& store, const RunLease& taken) {
  const std::optional<RunLease> found = store.find_lease(taken.run);
  if (found && found->holder == taken.holder) return;
  throw Error("another process is cleaning up run " + taken.run + ": this process was stalled for too long");
}

/// Purged planes are removed from the ledger at once, for runs that wait for them and for a repeated clean-up.
void purge_all(const RunStore& store, const RunLease& taken, const PlaneIds& planes, SweptRun& report,
               const StopToken& stop) {
  const std::string& run = taken.run;
  const std::vector<std::string> ids(planes.begin(), planes.end());
  for (std::size_t begin = 0; begin < ids.size(); begin += planes_at_once) {
    if (stop.stop_requested()) throw StoppedError("the clean-up of run " + run + " was stopped; it can be repeated");
    check_is_held(store, taken);
    const std::size_t end = std::min(ids.size(), begin + planes_at_once);
    PlaneIds purged;
    for (const PurgeOutcome& outcome : purge(store.client(), planes_of(store.client(), ids, begin, end), stop)) {
      if (outcome.error.empty()) {
        purged.insert(outcome.plane);
      } else {
        note_error(report, "plane " + outcome.plane + ": " + outcome.error);
      }
    }
    store.remove_planes(run, purged);
    report.planes.insert(report.planes.end(), purged.begin(), purged.end());
  }
}

void record_fleets(const RunStore& store, const std::string& run, const std::vector<Fleet>& fleets) {
  PlaneIds planes;
  for (const Fleet& fleet : fleets) add(planes, plane_ids(fleet));
  store.add_planes(run, planes);
}

std::vector<Fleet> fleets_of(const RunStore& store, const std::string& run) {
  std::vector<Fleet> fleets;
  for (const Fleet& fleet : store.fleets()) {
    if (store.run_of(fleet) == run) fleets.push_back(fleet);
  }
  return fleets;
}

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

RunProperty property_of(const RunStore& store, const std::string& run, const IsDead& is_dead) {
  RunProperty property;
  property.fleets = fleets_of(store, run);
  PlaneIds all = store.ledger(run);
  for (const Fleet& fleet : property.fleets) add(all, plane_ids(fleet));
  all.erase(store.client().root_plane().cluster());  // a Fleet may list it, but it has the records of all runs
  const PlaneIds in_use = planes_in_use(store, run, is_dead);
  for (const std::string& plane : all) (in_use.count(plane) > 0 ? property.kept_planes : property.planes).insert(plane);
  return property;
}

void clean_up(const RunStore& store, const RunLease& taken, const IsDead& is_dead, SweptRun& report,
              const StopToken& stop) {
  const std::string& run = taken.run;
  store.ensure_ledger(run);
  record_fleets(store, run, fleets_of(store, run));  // before they are deleted, so that their planes are not forgotten
  const RunProperty property = property_of(store, run, is_dead);
  report.kept_planes.assign(property.kept_planes.begin(), property.kept_planes.end());
  for (const Fleet& fleet : property.fleets) {
    fleet.remove();
    report.fleets.push_back(fleet.name());
  }
  store.remove_planes(run, property.kept_planes);
  store.remove_mailboxes(run);
  purge_all(store, taken, property.planes, report, stop);
  if (report.error.empty()) store.remove_ledger(run);
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
