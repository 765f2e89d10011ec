#include <kplane/fleet.hpp>

#include <utility>

#include "codec/fleet.hpp"
#include "fleet/fleet_access.hpp"
#include "fleet/fleet_readiness.hpp"
#include "fleet/fleet_wait.hpp"
#include "fleet/fleet_watch.hpp"
#include "plane/manifest_batch.hpp"
#include "plane/plane_access.hpp"
#include "plane/state_batch.hpp"
#include "session/client_core.hpp"
#include "session/validation.hpp"

namespace kplane {

Fleet::Fleet(std::shared_ptr<detail::ClientCore> core, std::shared_ptr<const detail::FleetRecord> record) noexcept
    : core_(std::move(core)), record_(std::move(record)) {}

const std::string& Fleet::name() const& noexcept { return record_->name; }
std::string Fleet::name() && { return record_->name; }
const FleetSpec& Fleet::spec() const& noexcept { return record_->spec; }
FleetSpec Fleet::spec() && { return record_->spec; }
const FleetStatus& Fleet::status() const& noexcept { return record_->status; }
FleetStatus Fleet::status() && { return record_->status; }
std::vector<FleetMember> Fleet::members() && { return record_->status.members; }
std::int64_t Fleet::generation() const noexcept { return record_->generation; }
const Object& Fleet::object() const& noexcept { return record_->object; }
Object Fleet::object() && { return record_->object; }
bool Fleet::is_ready() const { return detail::is_ready(*record_); }

Vector<Plane> Fleet::planes() const {
  const std::vector<std::string> ids = detail::plane_ids(*record_);
  std::vector<Plane> planes;
  planes.reserve(ids.size());
  for (const std::string& id : ids) planes.push_back(detail::PlaneAccess::make(core_, id));
  return planes;
}

Vector<StateResult> Fleet::states(const StateOptions& options, const BatchOptions& batch) const {
  return detail::states(*core_, planes(), options, batch);
}

Fleet& Fleet::refresh() {
  record_ = detail::renewed(*record_, detail::get_fleet(*core_, record_->name, core_->deadline()));
  return *this;
}

Fleet& Fleet::scale(std::int32_t replicas) {
  detail::check_fleet_size(replicas);
  const std::size_t names = record_->spec.names.size();
  if (names != 0 && names != static_cast<std::size_t>(replicas)) {
    throw ConfigError("fleet " + record_->name + " has " + std::to_string(names) +
                      " explicit names; it cannot be scaled by number");
  }
  FleetSpec wanted = record_->spec;
  wanted.replicas = replicas;
  detail::check_member_ids(record_->name, wanted);
  record_ = detail::renewed(*record_, detail::scale_fleet(*core_, *record_, replicas));
  return *this;
}

void Fleet::wait_until_ready(const WaitOptions& options) { detail::wait_for_fleet(core_, record_, options); }

WatchEnd Fleet::watch(const std::function<bool(const Fleet&)>& fn, const FleetWatchOptions& options) {
  if (!fn) throw ConfigError("Fleet::watch() needs a callback");
  detail::FleetWatch watch(core_, record_, options);
  while (watch.next()) {
    if (!fn(*this)) return WatchEnd::callback;
  }
  return watch.end();
}

Vector<ManifestResults> Fleet::apply(const Manifests& manifests, const ManifestOptions& options,
                                     const BatchOptions& batch, const ManifestProgress& on_progress) const {
  const detail::ManifestPlan plan = detail::make_plan(manifests, options, detail::ManifestAction::apply);
  return detail::run_manifests(*core_, planes(), plan, batch, on_progress);
}

bool Fleet::remove() const { return detail::remove_fleet(*core_, *record_, core_->deadline()); }

}  // namespace kplane
