#include "local_server/fleet/fleet_controller.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/fleet/fleet_members.hpp"
#include "local_server/fleet/readiness.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using TimePoint = Clock::time_point;

void keep_earlier(std::optional<TimePoint>& earliest, TimePoint candidate) {
  if (!earliest || candidate < *earliest) earliest = candidate;
}

json member_status(const std::string& cluster, const std::string& phase, const std::string& message,
                   const json& previous) {
  const bool same_phase = string_member(previous, "phase") == phase;
  const std::string since = same_phase ? string_member(previous, "lastTransitionTime") : std::string{};
  json member = {
      {"clusterID", cluster}, {"phase", phase}, {"lastTransitionTime", since.empty() ? rfc3339_now() : since}};
  if (!message.empty()) member["message"] = message;
  return member;
}

json previous_members(const json& fleet) {
  const auto status = fleet.find("status");
  if (status == fleet.end() || !status->is_object()) return json::array();
  const auto members = status->find("members");
  return members != status->end() && members->is_array() ? *members : json::array();
}

json find_member(const json& members, const std::string& cluster) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const json& member) { return string_member(member, "clusterID") == cluster; });
  return found == members.end() ? json::object() : *found;
}

std::int64_t count_ready(const json& members) {
  return std::count_if(members.begin(), members.end(),
                       [](const json& member) { return string_member(member, "phase") == "Ready"; });
}

// A count of 0 is omitted, and the status is merged, so an old count stays, as with the real controller.
json status_patch(std::int64_t generation, json members) {
  json status = {{"observedGeneration", generation}};
  const std::int64_t ready = count_ready(members);
  if (ready > 0) status["readyReplicas"] = ready;
  status["members"] = std::move(members);
  return {{"status", std::move(status)}};
}

// etcd rejects requests of more than 1.5 MiB.
bool fits_in_etcd(const json& object) {
  constexpr std::size_t kMaxRequest = 3U << 19U;
  return to_text(object).size() <= kMaxRequest;
}

// A status that is too large is rejected, and retried at the next probe (contract §10).
void write_status(Store& store, const StoredObject& fleet, const json& patch) {
  static_cast<void>(store.update(fleet_type(), {{}, fleet.name()}, [&](const StoredObject& current) {
    json value = current.value();
    if (current.uid() == fleet.uid()) value.merge_patch(patch);
    return fits_in_etcd(value) ? value : current.value();
  }));
}

bool is_fleet(const ResourceType& type) { return type.custom && type.resource == fleet_type().resource; }

}  // namespace

FleetController::FleetController(Planes& planes, const PlaneScript& script, FleetControllerOptions options)
    : planes_(planes), script_(script), options_(options) {}

void FleetController::start() {
  thread_ = std::thread([this] { run(); });
}

void FleetController::stop() {
  {
    const std::lock_guard lock(schedule_mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void FleetController::pause(bool paused) {
  {
    const std::lock_guard lock(schedule_mutex_);
    paused_ = paused;
  }
  wake_.notify_all();
  // Waits for a pass in progress to end.
  const std::lock_guard work(work_mutex_);
}

void FleetController::reconcile() {
  const std::lock_guard work(work_mutex_);
  for (const auto& fleet : planes_.root().store().list(fleet_type()).objects) look(fleet->name(), taken(fleet->name()));
}

void FleetController::on_change(const Change& change) {
  if (!is_fleet(change.type)) return;
  const bool desires_changed =
      change.before == nullptr || change.after == nullptr || change.before->generation() != change.after->generation();
  if (!desires_changed) return;
  {
    const std::lock_guard lock(schedule_mutex_);
    due_[(change.after != nullptr ? change.after : change.before)->name()] = Clock::now();
  }
  wake_.notify_all();
}

void FleetController::run() {
  std::unique_lock lock(schedule_mutex_);
  while (!stopping_) {
    const auto next =
        std::min_element(due_.begin(), due_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (paused_ || next == due_.end()) {
      wake_.wait(lock);
    } else if (next->second > Clock::now()) {
      const TimePoint until = next->second;
      wake_.wait_until(lock, until);
    } else {
      Schedule::node_type entry = due_.extract(next);
      lock.unlock();
      try {
        look_unless_paused(std::move(entry));
      } catch (const std::exception&) {
        // Out of memory: the next probe tries again.
      }
      lock.lock();
    }
  }
}

void FleetController::look_unless_paused(Schedule::node_type entry) {
  const std::lock_guard work(work_mutex_);
  // Checked again under the work lock: once pause() has returned, no Fleet is processed.
  if (is_paused()) return put_back(std::move(entry), Clock::now());
  const std::string& name = entry.key();
  look(name, std::move(entry));
}

// Taken before the pass: a change during it puts the Fleet back on the schedule.
FleetController::Schedule::node_type FleetController::taken(const std::string& name) {
  const std::lock_guard lock(schedule_mutex_);
  return due_.extract(name);
}

bool FleetController::is_paused() {
  const std::lock_guard lock(schedule_mutex_);
  return paused_;
}

void FleetController::look(const std::string& name, Schedule::node_type entry) {
  try {
    reconcile_named(name);
  } catch (const std::exception&) {
    if (!entry.empty()) put_back(std::move(entry), Clock::now() + probe_interval());
    throw;
  }
}

// A change that came meanwhile has put the Fleet back for an earlier time.
void FleetController::put_back(Schedule::node_type entry, TimePoint due) {
  entry.mapped() = due;
  const std::lock_guard lock(schedule_mutex_);
  due_.insert(std::move(entry));
  wake_.notify_all();
}

Clock::duration FleetController::probe_interval() const {
  return std::max(options_.probe_interval, std::chrono::milliseconds(1));
}

void FleetController::reconcile_named(const std::string& name) {
  const auto fleet = planes_.root().store().get(fleet_type(), {{}, name});
  if (fleet == nullptr) {
    memories_.erase(name);
    return;
  }
  TimePoint next = Clock::now() + probe_interval();
  if (const auto member_due = reconcile_fleet(*fleet)) next = std::min(next, *member_due);
  const std::lock_guard lock(schedule_mutex_);
  due_.emplace(name, next);
  wake_.notify_all();
}

FleetController::Memory& FleetController::memory_of(const StoredObject& fleet) {
  Memory& memory = memories_[fleet.name()];
  if (memory.uid != fleet.uid()) memory = Memory{fleet.uid(), {}, {}};
  return memory;
}

std::optional<TimePoint> FleetController::reconcile_fleet(const StoredObject& fleet) {
  const json& value = fleet.value();
  const json previous = previous_members(value);
  const MemberPlan plan = plan_members(fleet.name(), value.value("spec", json::object()));
  std::optional<TimePoint> next_due;
  json members = json::array();
  if (!plan.refusal.empty()) {
    members.push_back(member_status("", "Failed", plan.refusal, find_member(previous, "")));
  }
  Memory& memory = memory_of(fleet);
  for (std::size_t i = 0; i < plan.clusters.size(); ++i) {
    const std::string& cluster = plan.clusters[i];
    // Members rarely move, so the same position is checked before the whole list.
    const bool same_place = i < previous.size() && string_member(previous[i], "clusterID") == cluster;
    const json before = same_place ? previous[i] : find_member(previous, cluster);
    members.push_back(observe_member(planes_.at(cluster), memory, before, next_due));
  }
  write_status(planes_.root().store(), fleet, status_patch(fleet.generation(), std::move(members)));
  return next_due;
}

TimePoint FleetController::ready_from(Memory& memory, const std::string& cluster, TimePoint now) const {
  if (options_.member_delay.count() <= 0) return now;
  const auto known = memory.ready_from.find(cluster);
  if (known != memory.ready_from.end()) return known->second;
  memory.last_ready_from = std::max(memory.last_ready_from, now) + options_.member_delay;
  return memory.ready_from[cluster] = memory.last_ready_from;
}

json FleetController::observe_member(Plane& plane, Memory& memory, const json& previous,
                                     std::optional<TimePoint>& next_due) const {
  const TimePoint now = Clock::now();
  const TimePoint delayed_until = ready_from(memory, plane.cluster(), now);
  if (delayed_until > now) keep_earlier(next_due, delayed_until);
  if (const auto scripted = script_.phase(plane.cluster())) {
    return member_status(plane.cluster(), scripted->phase, scripted->message, previous);
  }
  const std::string problem = readiness_problem(plane, script_);
  if (!problem.empty()) return member_status(plane.cluster(), "Pending", "readyz: " + problem, previous);
  if (delayed_until > now) return member_status(plane.cluster(), "Pending", "the control plane is starting", previous);
  return member_status(plane.cluster(), "Ready", "", previous);
}

}  // namespace kplane::testing::server
