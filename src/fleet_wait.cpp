// Two ways to learn that members are ready: the controller's status, or asking the members themselves.
#include "fleet_wait.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "answer.hpp"
#include "codec/excerpt.hpp"
#include "fleet_access.hpp"
#include "fleet_readiness.hpp"
#include "poll.hpp"
#include "readiness.hpp"

namespace kplane::detail {

namespace {

constexpr std::chrono::milliseconds longest_probe{5'000};

class FleetWait {
 public:
  FleetWait(const std::shared_ptr<ClientCore>& core, std::shared_ptr<const FleetRecord>& last,
            const WaitOptions& options)
      : core_(core), last_(last), options_(options), poll_(core->clock(), options.timeout) {}

  void run() {
    for (;;) {
      if (look() && is_satisfied()) return;
      if (!poll_.wait()) throw TimeoutError(describe());
    }
  }

 private:
  /// Reads the Fleet. @return false when the server is away for the moment
  bool look() {
    try {
      const auto time = poll_.time_for_request(core_->options().request_timeout);
      last_ = std::make_shared<const FleetRecord>(get_fleet(*core_, last_->name, time));
    } catch (const Error& error) {
      if (!may_pass(error)) throw;
      trouble_ = error.what();
      return false;
    }
    trouble_.clear();
    if (is_refused(*last_)) throw refusal(*last_);
    return true;
  }

  bool is_satisfied() {
    const bool ready = options_.probe_members ? probe_members() : is_ready(*last_);
    report(ready);
    return ready;
  }

  /// Asks the members that have not answered yet; whoever was ready once counts as ready.
  bool probe_members() {
    const std::vector<std::string> ids = plane_ids(*last_);
    std::vector<Plane> planes;
    for (const std::string& id : ids) {
      if (answered_.count(id) == 0) planes.push_back(PlaneAccess::make(core_, id));
    }
    const std::vector<Readiness> found = probe_all(*core_, planes, poll_.time_for_request(longest_probe));
    laggards_.clear();
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i].ready) {
        answered_.insert(planes[i].cluster());
      } else {
        laggards_.push_back(planes[i].cluster() + " (" + codec::excerpt(found[i].why) + ')');
      }
    }
    probed_ready_ = static_cast<std::int32_t>(ids.size() - laggards_.size());
    // A spec may have been refused while the members were asked.
    return laggards_.empty() && look() && ids == plane_ids(*last_);
  }

  void report(bool ready) const {
    if (!options_.on_progress) return;
    const std::int32_t counted = ready ? last_->spec.replicas : ready_members();
    options_.on_progress(counted, last_->spec.replicas, poll_.elapsed());
  }

  [[nodiscard]] std::int32_t ready_members() const {
    return std::min(options_.probe_members ? probed_ready_ : count_ready(*last_), last_->spec.replicas);
  }

  [[nodiscard]] std::string describe() const {
    std::string text = "fleet " + last_->name + ": " + std::to_string(ready_members()) + " of " +
                       std::to_string(last_->spec.replicas) + " members are ready after " +
                       std::to_string(options_.timeout.count()) + " ms; " +
                       (options_.probe_members ? describe_probes() : describe_laggards(*last_));
    if (!trouble_.empty()) text += "; last trouble: " + trouble_;
    return text;
  }

  [[nodiscard]] std::string describe_probes() const {
    constexpr std::size_t most_laggards = 5;
    if (laggards_.empty()) return "the members have not been asked yet";
    std::string text = "not ready: " + laggards_.front();
    for (std::size_t i = 1; i < std::min(most_laggards, laggards_.size()); ++i) text += ", " + laggards_[i];
    if (laggards_.size() > most_laggards) text += " and " + std::to_string(laggards_.size() - most_laggards) + " more";
    return text;
  }

  const std::shared_ptr<ClientCore>& core_;
  std::shared_ptr<const FleetRecord>& last_;
  const WaitOptions& options_;
  Poll poll_;
  std::string trouble_;
  std::unordered_set<std::string> answered_;
  std::vector<std::string> laggards_;
  std::int32_t probed_ready_ = 0;
};

}  // namespace

void wait_for_fleet(const std::shared_ptr<ClientCore>& core, std::shared_ptr<const FleetRecord>& last,
                    const WaitOptions& options) {
  FleetWait(core, last, options).run();
}

}  // namespace kplane::detail
