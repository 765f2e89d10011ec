#include "rl/run/run_core.hpp"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <kplane/error.hpp>
#include <kplane/rl/sweep.hpp>

#include "rl/run/clean_up.hpp"

namespace kplane::rl {

namespace {

constexpr std::size_t longest_name = 40;
constexpr int random_ending = 6;

RunLease new_lease(const RunOptions& options) {
  RunLease lease;
  lease.run = options.name + '-' + random_letters(random_ending);
  lease.holder = new_holder();
  lease.duration = options.lease_duration;
  return lease;
}

void check_is_ownable(const std::string& cluster, const std::string& root) {
  if (cluster == root) throw ConfigError("a run cannot own the root plane: close() would purge it");
}

}  // namespace

void check_run_name(std::string_view name, std::size_t longest, const std::string& what) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool is_name = !name.empty() && name.size() <= longest && name.front() != '-' &&
                       std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || c == '-'; });
  if (is_name) return;
  throw ConfigError(what + " must be 1 to " + std::to_string(longest) +
                    " lower case letters, digits and '-', and not begin with '-'");
}

RunOptions checked(RunOptions options) {
  check_run_name(options.name, longest_name, "RunOptions::name");
  if (options.lease_duration.count() < 1) throw ConfigError("RunOptions::lease_duration must be 1 s or more");
  if (options.sweep_wait.count() < 0) throw ConfigError("RunOptions::sweep_wait must be 0 ms or more");
  return options;
}

RunCore::RunCore(const Client& client, const RunOptions& options)
    : RunCore(client, options, RunStore(client.without_stop(), options.ns).create_lease(new_lease(options))) {}

RunCore::RunCore(const Client& client, RunOptions options, RunLease held)
    : client_(client),
      options_(std::move(options)),
      store_(client.without_stop(), options_.ns),
      lease_(std::move(held)),
      process_(::getpid()),
      heartbeat_(std::in_place, store_, lease_, lost_) {
  store_.ensure_ledger(id());
}

bool RunCore::is_copy() const noexcept { return process_ != ::getpid(); }

/// The spec of a Fleet of this run.
FleetSpec RunCore::labelled(FleetSpec spec) const {
  const std::string root = client_.root_plane().cluster();
  for (const std::string& name : spec.names) check_is_ownable(name, root);
  spec.labels[std::string(run_label)] = id();
  spec.labels[std::string(namespace_label)] = store_.ns();
  return spec;
}

Plane RunCore::plane(std::string_view cluster, const PlaneOptions& options) {
  Plane plane = client_.plane(cluster, options);
  own({plane});
  return plane;
}

void RunCore::own(const std::vector<Plane>& planes) {
  const std::string root = client_.root_plane().cluster();
  PlaneIds ids;
  for (const Plane& plane : planes) {
    check_is_ownable(plane.cluster(), root);
    ids.insert(plane.cluster());
  }
  store_.add_planes(id(), ids);
  check_is_held();
  wait_until_unswept(store_, id(), ids, options_.sweep_wait, lost());
}

Fleet RunCore::create_fleet(std::string_view name, const FleetSpec& spec) {
  Fleet fleet = client_.create_fleet(name, labelled(spec));
  own(fleet.planes());
  return fleet;
}

EphemeralFleet RunCore::ephemeral_fleet(std::string_view name, const FleetSpec& spec, const EphemeralOptions& options) {
  EphemeralFleet fleet = client_.ephemeral_fleet(name, labelled(spec), options);
  own(fleet.planes());
  return fleet;
}

void RunCore::close() {
  if (is_copy()) throw std::logic_error("Run::close() in a forked child: the run belongs to the parent");
  if (is_closed_) return;
  const RunLease marked = mark();
  if (!heartbeat_) heartbeat_.emplace(store_, marked, lost_);
  const std::string error = cleared_away();
  heartbeat_.reset();
  if (!error.empty()) throw Error("run " + id() + " could not be cleaned up: " + error, true);
  store_.remove_lease(id(), lease_.holder);
  is_closed_ = true;
}

void RunCore::close_quietly() noexcept {
  try {
    close();
  } catch (...) {  // a sweep does the rest
    return;
  }
}

/// A sweep takes the Lease before it reads the ledger, so it covers exactly the planes recorded before that.
void RunCore::check_is_held() const {
  const std::optional<RunLease> found = store_.find_lease(id());
  if (found && found->holder == lease_.holder) return;
  throw Error("run " + id() + " no longer belongs to this process: it was considered dead, so do not use its planes");
}

/// Marks in the Lease that the run is being cleaned up. If a sweep has the Lease, the sweep does the rest.
RunLease RunCore::mark() const {
  constexpr int most_tries = 5;
  for (int i = 0; i < most_tries; ++i) {
    const std::optional<RunLease> found = store_.find_lease(id());
    if (!found || found->holder != lease_.holder) break;
    if (std::optional<RunLease> taken = store_.take(*found, lease_.holder, lease_.duration)) return *taken;
  }
  throw Error("run " + id() + " no longer belongs to this process: a sweep is cleaning it up");
}

/// @return why something is left, in which case the Lease must expire so that a sweep does the rest; empty: nothing
/// is left
std::string RunCore::cleared_away() {
  try {
    return clean_up(store_, lease_, {}).error;
  } catch (...) {
    heartbeat_.reset();
    throw;
  }
}

}  // namespace kplane::rl
