#include <kplane/rl/run.hpp>

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include <kplane/error.hpp>
#include <kplane/rl/sweep.hpp>

#include "rl/run/clean_up.hpp"
#include "rl/run/heartbeat.hpp"
#include "rl/run/run_store.hpp"

namespace kplane::rl {

namespace {

constexpr std::size_t longest_name = 40;
constexpr int random_ending = 6;

RunOptions checked(RunOptions options) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const std::string& name = options.name;
  if (name.empty() || name.size() > longest_name || name.front() == '-' ||
      !std::all_of(name.begin(), name.end(), is_allowed)) {
    throw ConfigError("RunOptions::name must be 1 to 40 lower case letters, digits and '-', and not begin with '-'");
  }
  if (options.lease_duration.count() < 1) throw ConfigError("RunOptions::lease_duration must be 1 s or more");
  if (options.sweep_wait.count() < 0) throw ConfigError("RunOptions::sweep_wait must be 0 ms or more");
  return options;
}

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

bool nobody_is_dead(const std::string& /*run*/) { return false; }

}  // namespace

class Run::Impl {
 public:
  Impl(const Client& client, const RunOptions& options)
      : client_(client),
        options_(checked(options)),
        store_(client.without_stop(), options_.ns),
        lease_(store_.create_lease(new_lease(options_))),
        heartbeat_(std::in_place, store_, lease_, lost_) {
    store_.create_ledger(id());
  }

  [[nodiscard]] const Client& client() const noexcept { return client_; }
  [[nodiscard]] const std::string& id() const noexcept { return lease_.run; }
  [[nodiscard]] StopToken lost() const noexcept { return lost_.token(); }
  /// A forked child has a copy of the run, which belongs to the parent.
  [[nodiscard]] bool is_copy() const noexcept { return process_ != ::getpid(); }

  /// The spec of a Fleet of this run.
  [[nodiscard]] FleetSpec labelled(FleetSpec spec) const {
    const std::string root = client_.root_plane().cluster();
    for (const std::string& name : spec.names) check_is_ownable(name, root);
    spec.labels[std::string(run_label)] = id();
    spec.labels[std::string(namespace_label)] = store_.ns();
    return spec;
  }

  void own(const std::vector<Plane>& planes) {
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

  void close() {
    if (is_copy()) throw std::logic_error("Run::close() in a forked child: the run belongs to the parent");
    if (is_closed_) return;
    const RunLease marked = mark();
    if (!heartbeat_) heartbeat_.emplace(store_, marked, lost_);
    const std::string error = cleared_away();
    heartbeat_.reset();
    if (!error.empty()) throw Error("run " + id() + " could not be cleaned up: " + error, true);
    store_.remove_lease(id());
    is_closed_ = true;
  }

 private:
  /// A sweep takes the Lease before it reads the ledger, so it covers exactly the planes recorded before that.
  void check_is_held() const {
    const std::optional<RunLease> found = store_.find_lease(id());
    if (found && found->holder == lease_.holder) return;
    throw Error("run " + id() + " no longer belongs to this process: it was considered dead, so do not use its planes");
  }

  /// Marks in the Lease that the run is being cleaned up. If a sweep has the Lease, the sweep does the rest.
  RunLease mark() {
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
  std::string cleared_away() {
    SweptRun report;
    try {
      clean_up(store_, lease_, nobody_is_dead, report, {});
    } catch (...) {
      heartbeat_.reset();
      throw;
    }
    return report.error;
  }

  Client client_;
  RunOptions options_;
  RunStore store_;
  RunLease lease_;
  pid_t process_ = ::getpid();
  StopSource lost_;
  std::optional<Heartbeat> heartbeat_;  ///< none: close() has failed, and no other call is in progress
  bool is_closed_ = false;
};

Run::Run(const Client& client, const RunOptions& options) : impl_(std::make_unique<Impl>(client, options)) {}
Run::Run(Run&&) noexcept = default;

Run& Run::operator=(Run&& other) noexcept {
  Run old = std::move(*this);  // closed at the end of this scope
  impl_ = std::move(other.impl_);
  return *this;
}

Run::~Run() {
  if (impl_ && impl_->is_copy()) {
    static_cast<void>(impl_.release());  // its threads and connections belong to the parent too
    return;
  }
  try {
    if (impl_) impl_->close();
  } catch (...) {  // a destructor cannot report it; a sweep does the rest
    return;
  }
}

const std::string& Run::id() const& noexcept { return impl_->id(); }
std::string Run::id() && { return impl_->id(); }
StopToken Run::lost() const noexcept { return impl_->lost(); }
void Run::own(const std::vector<Plane>& planes) { impl_->own(planes); }
void Run::close() { impl_->close(); }

Plane Run::plane(std::string_view cluster, const PlaneOptions& options) {
  Plane plane = impl_->client().plane(cluster, options);
  own({plane});
  return plane;
}

Fleet Run::create_fleet(std::string_view name, const FleetSpec& spec) {
  Fleet fleet = impl_->client().create_fleet(name, impl_->labelled(spec));
  own(fleet.planes());
  return fleet;
}

EphemeralFleet Run::ephemeral_fleet(std::string_view name, const FleetSpec& spec, const EphemeralOptions& options) {
  EphemeralFleet fleet = impl_->client().ephemeral_fleet(name, impl_->labelled(spec), options);
  own(fleet.planes());
  return fleet;
}

}  // namespace kplane::rl
