#include <kplane/rl/run.hpp>

#include <algorithm>
#include <optional>
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
    throw ConfigError(
        "RunOptions::name must be lower case letters, digits and '-', at most 40, and not begin with '-'");
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

FleetSpec labelled(FleetSpec spec, const std::string& run) {
  spec.labels[std::string(run_label)] = run;
  return spec;
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
        heartbeat_(store_, lease_) {
    store_.create_ledger(id());
  }

  [[nodiscard]] const Client& client() const noexcept { return client_; }
  [[nodiscard]] const std::string& id() const noexcept { return lease_.run; }
  [[nodiscard]] StopToken lost() const noexcept { return heartbeat_.lost(); }

  void own(const std::vector<Plane>& planes) {
    const std::string root = client_.root_plane().cluster();
    PlaneIds ids;
    for (const Plane& plane : planes) {
      if (plane.cluster() == root) throw ConfigError("a run cannot own the root plane: it would be purged in the end");
      ids.insert(plane.cluster());
    }
    store_.add_planes(id(), ids);
    wait_until_unswept(store_, id(), ids, options_.sweep_wait, lost());
  }

  void close() {
    if (is_closed_) return;
    mark();
    SweptRun report;
    clean_up(store_, lease_, nobody_is_dead, report, {});
    heartbeat_.stop();
    if (!report.error.empty()) throw Error("run " + id() + " is not cleared away: " + report.error, true);
    store_.remove_lease(id());
    is_closed_ = true;
  }

 private:
  /// The Lease says that its planes are being purged. Where a sweep has it, that does the rest.
  void mark() {
    constexpr int most_tries = 5;
    for (int i = 0; i < most_tries; ++i) {
      const std::optional<RunLease> found = store_.find_lease(id());
      if (!found || found->holder != lease_.holder) break;
      if (store_.take(*found, lease_.holder, lease_.duration)) return;
    }
    throw Error("run " + id() + " is not this process's any more: a sweep is clearing it away");
  }

  Client client_;
  RunOptions options_;
  RunStore store_;
  RunLease lease_;
  Heartbeat heartbeat_;
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
  try {
    if (impl_) impl_->close();
  } catch (...) {  // a destructor has nobody to tell; a sweep does the rest
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
  Fleet fleet = impl_->client().create_fleet(name, labelled(spec, id()));
  own(fleet.planes());
  return fleet;
}

EphemeralFleet Run::ephemeral_fleet(std::string_view name, const FleetSpec& spec, const EphemeralOptions& options) {
  EphemeralFleet fleet = impl_->client().ephemeral_fleet(name, labelled(spec, id()), options);
  own(fleet.planes());
  return fleet;
}

}  // namespace kplane::rl
