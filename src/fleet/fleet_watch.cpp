// Versions come from reads and from the watch; each is returned once.
#include "fleet/fleet_watch.hpp"

#include <algorithm>
#include <utility>

#include "fleet/fleet_access.hpp"
#include "session/api_response.hpp"

namespace kplane::detail {

namespace {

constexpr std::chrono::seconds look_without_watch{1};
constexpr std::chrono::seconds look_beside_watch{30};

}  // namespace

FleetWatch::FleetWatch(std::shared_ptr<ClientCore> core, std::shared_ptr<const FleetRecord>& last,
                       const FleetWatchOptions& options)
    : core_(std::move(core)),
      last_(last),
      options_(options),
      deadline_(options.timeout ? deadline_after(core_->clock().now(), *options.timeout) : TimePoint::max()),
      news_(core_, options.stop) {}

bool FleetWatch::next() {
  if (reported_.empty() && look()) return true;
  while (!is_over()) {
    const TimePoint now = core_->clock().now();
    std::optional<FleetRecord> news =
        news_.wait(*last_, std::min(deadline_, now + look_without_watch), std::min(deadline_, now + look_beside_watch));
    if (news ? renew(std::move(*news)) : !is_over() && look()) return true;
  }
  return false;
}

bool FleetWatch::is_over() {
  if (news_.stop_requested()) end_ = WatchEnd::stopped;
  return news_.stop_requested() || core_->clock().now() >= deadline_;
}

// A server that is temporarily unavailable does not end the watch.
bool FleetWatch::look() {
  constexpr std::chrono::milliseconds shortest_look{1'000};
  const TimePoint deadline = std::max(deadline_, core_->clock().now() + shortest_look);
  try {
    return renew(get_fleet(*core_, last_->name, std::min(core_->deadline(), deadline), options_.stop));
  } catch (const StoppedError&) {
    return false;
  } catch (const Error& error) {
    if (!may_pass(error)) throw;
    return false;
  }
}

bool FleetWatch::renew(FleetRecord record) {
  last_ = renewed(*last_, std::move(record));
  const std::string version(last_->object.resource_version());
  if (version.empty()) throw DecodeError("fleet " + last_->name + " has no resourceVersion", 0);
  if (version == reported_) return false;
  reported_ = version;
  return true;
}

}  // namespace kplane::detail
