// Follows the controller's status as it changes, or probes the members.
#include "fleet/fleet_wait.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/excerpt.hpp"
#include "base/last_error.hpp"
#include "base/poll.hpp"
#include "fleet/fleet_access.hpp"
#include "fleet/fleet_readiness.hpp"
#include "fleet/fleet_updates.hpp"
#include "plane/plane_access.hpp"
#include "plane/plane_readiness.hpp"
#include "session/api_response.hpp"

namespace kplane::detail {

namespace {

constexpr std::chrono::milliseconds longest_probe{5'000};

class FleetWait {
 public:
  FleetWait(const std::shared_ptr<ClientCore>& core, std::shared_ptr<const FleetRecord>& last,
            const WaitOptions& options)
      : core_(core),
        last_(last),
        options_(options),
        poll_(core->clock(), options.timeout, core->stops(options.stop)),
        news_(core, options.stop) {}

  void run() {
    bool has_looked = look();
    for (;;) {
      if (has_looked && is_satisfied()) return;
      has_looked = wait_for_news() || look();
    }
  }

 private:
  /// Waits until it is time to poll again. @return whether the Fleet changed and its current record is known
  bool wait_for_news() {
    if (options_.probe_members || !unready_.empty()) {
      if (!poll_.wait()) throw TimeoutError(describe());
      return false;
    }
    constexpr std::chrono::seconds look_beside_watch{5};
    const std::optional<TimePoint> ask_at = poll_.next();
    if (!ask_at) throw TimeoutError(describe());
    const auto latest = std::min(poll_.deadline(), deadline_after(core_->clock().now(), look_beside_watch));
    std::optional<FleetRecord> news = news_.wait(*last_, *ask_at, latest);
    if (!news) return false;
    renew(std::move(*news));
    return true;
  }

  /// Reads the Fleet. @return false when the server is temporarily unavailable
  bool look() {
    try {
      const TimePoint deadline = poll_.request_deadline(core_->options().request_timeout);
      renew(get_fleet(*core_, last_->name, deadline, options_.stop));
    } catch (const Error& error) {
      if (!may_pass(error)) throw;
      last_error_.note(error.share());
      return false;
    }
    return true;
  }

  void renew(FleetRecord record) {
    last_ = renewed(*last_, std::move(record));
    last_error_.clear();
    if (const auto error = hopelessness(*last_)) error->raise();
  }

  bool is_satisfied() {
    const bool ready = options_.probe_members ? probe_members() : has_ready_status() && are_bootstrapped();
    report(ready);
    return ready;
  }

  bool has_ready_status() {
    unready_.clear();
    return is_ready(*last_);
  }

  bool are_bootstrapped() { return !options_.bootstrapped || ask_members(plane_ids(*last_), {false, true}); }

  bool probe_members() {
    const std::vector<std::string> ids = plane_ids(*last_);
    // The spec may have been rejected while the members were probed.
    return ask_members(ids, {true, options_.bootstrapped}) && look() && ids == plane_ids(*last_);
  }

  /// Probes the members that have not been ready yet; one that was ready once counts as ready.
  bool ask_members(const std::vector<std::string>& ids, ProbeScope scope) {
    std::vector<Plane> planes;
    for (const std::string& id : ids) {
      if (answered_.count(id) == 0) planes.push_back(PlaneAccess::make(core_, id));
    }
    const std::vector<Readiness> found =
        probe_all(*core_, planes, scope, poll_.request_deadline(longest_probe), options_.stop);
    unready_.clear();
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i].ready) {
        answered_.insert(planes[i].cluster());
      } else {
        unready_.push_back(planes[i].cluster() + " (" + excerpt(found[i].why) + ')');
      }
    }
    probed_ready_ = static_cast<std::int32_t>(ids.size() - unready_.size());
    return unready_.empty();
  }

  /// Whether probe results are more informative than the Fleet's status.
  [[nodiscard]] bool shows_probes() const noexcept { return options_.probe_members || !unready_.empty(); }

  void report(bool ready) const {
    if (!options_.on_progress) return;
    const std::int32_t counted = ready ? last_->spec.replicas : ready_members();
    options_.on_progress(counted, last_->spec.replicas, poll_.elapsed());
  }

  [[nodiscard]] std::int32_t ready_members() const {
    return std::min(shows_probes() ? probed_ready_ : count_ready(*last_), last_->spec.replicas);
  }

  [[nodiscard]] std::string describe() const {
    std::string text = "fleet " + last_->name + ": " + std::to_string(ready_members()) + " of " +
                       std::to_string(last_->spec.replicas) + " members are ready after " +
                       std::to_string(options_.timeout.count()) + " ms; " +
                       (shows_probes() ? describe_probes() : describe_laggards(*last_));
    return text + last_error_.told();
  }

  [[nodiscard]] std::string describe_probes() const {
    constexpr std::size_t most_named = 5;
    if (unready_.empty()) return "the members have not been probed yet";
    std::string text = "not ready: " + unready_.front();
    for (std::size_t i = 1; i < std::min(most_named, unready_.size()); ++i) text += ", " + unready_[i];
    if (unready_.size() > most_named) text += " and " + std::to_string(unready_.size() - most_named) + " more";
    return text;
  }

  const std::shared_ptr<ClientCore>& core_;
  std::shared_ptr<const FleetRecord>& last_;
  const WaitOptions& options_;
  Poll poll_;
  FleetUpdates news_;
  LastError last_error_;
  std::unordered_set<std::string> answered_;
  std::vector<std::string> unready_;
  std::int32_t probed_ready_ = 0;
};

}  // namespace

void wait_for_fleet(const std::shared_ptr<ClientCore>& core, std::shared_ptr<const FleetRecord>& last,
                    const WaitOptions& options) {
  FleetWait(core, last, options).run();
}

}  // namespace kplane::detail
