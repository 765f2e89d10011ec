// A failing watch is not reported: the Fleet is then read, and that call reports the error.
#include "fleet/fleet_updates.hpp"

#include <algorithm>
#include <utility>

#include "fleet/fleet_access.hpp"

namespace kplane::detail {

FleetUpdates::FleetUpdates(std::shared_ptr<ClientCore> core, StopToken stop)
    : core_(std::move(core)), stop_(std::move(stop)), stops_(core_->stops(stop_)) {}

std::optional<FleetRecord> FleetUpdates::wait(const FleetRecord& last, TimePoint ask_at, TimePoint ask_at_the_latest) {
  if (watches_work_) {
    try {
      return watch(last, ask_at, ask_at_the_latest);
    } catch (const Error&) {
      watch_.reset();
      watches_work_ = false;
    }
  }
  core_->clock().sleep_until(ask_at, stops_);
  return std::nullopt;
}

std::optional<FleetRecord> FleetUpdates::watch(const FleetRecord& last, TimePoint ask_at, TimePoint ask_at_the_latest) {
  // The Fleet was read in the meantime, so the watch would deliver outdated events.
  if (!watch_ || last.object.resource_version() != known_version_) open(last);
  std::optional<WatchEvent> event = next_change(ask_at);
  if (!event && watch_->is_live()) event = next_change(std::max(ask_at, ask_at_the_latest));
  if (!event) return std::nullopt;
  if (event->type == WatchEventType::deleted) {
    watch_.reset();
    return std::nullopt;
  }
  known_version_ = event->object.resource_version();
  return codec::decode_fleet(event->object);
}

// The watch starts with the current version, which is skipped if already known.
std::optional<WatchEvent> FleetUpdates::next_change(TimePoint until) {
  std::optional<WatchEvent> event = watch_->next(until);
  while (event && event->type != WatchEventType::deleted && event->object.resource_version() == known_version_) {
    event = watch_->next(until);
  }
  return event;
}

// From the collection's version: the Fleet's own may be older than the server's history.
void FleetUpdates::open(const FleetRecord& last) {
  known_version_ = last.object.resource_version();
  if (known_version_.empty()) throw DecodeError("fleet " + last.name + " has no resourceVersion", 0);
  WatchSource source{core_, core_->credentials(), fleets_url(*core_), {}, "metadata.name=" + last.name};
  watch_ = std::make_unique<Watch>(std::move(source), std::string(), WatchOptions().idle_limit, stop_);
}

}  // namespace kplane::detail
