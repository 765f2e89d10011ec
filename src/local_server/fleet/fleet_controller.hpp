// The controller that creates the planes of Fleets and writes their status (contract §5).
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "local_server/script/plane_script.hpp"
#include "local_server/store/planes.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

struct FleetControllerOptions {
  std::chrono::milliseconds member_delay{0};         ///< members become Ready one after another, this far apart
  std::chrono::milliseconds probe_interval{30'000};  ///< how often a Fleet is processed when nothing changes
};

/// Processes a Fleet when it is created or its spec changes, when a member becomes ready by its delay, and every probe
/// interval. Scripted changes to a plane are therefore noticed late, as by a real controller; reconcile() notices them
/// at once. Thread safety: every member may be called from any thread.
class FleetController {
 public:
  FleetController(Planes& planes, const PlaneScript& script, FleetControllerOptions options);
  ~FleetController() { stop(); }
  FleetController(const FleetController&) = delete;
  FleetController& operator=(const FleetController&) = delete;

  /// Starts the controller's thread.
  void start();
  /// Ends and joins the thread. Idempotent.
  void stop();
  /// Pauses the thread. Fleets that change meanwhile are processed when it resumes.
  void pause(bool paused);
  /// Processes all Fleets on the calling thread, even while paused.
  void reconcile();
  /// To be called for each change in the root plane.
  void on_change(const Change& change);

 private:
  /// What the controller remembers of a Fleet between passes.
  struct Memory {
    std::string uid{};                                      ///< of the Fleet, whose name may come back with another one
    std::map<std::string, Clock::time_point> ready_from{};  ///< by member: when its delay is over
    Clock::time_point last_ready_from{};
  };

  using Schedule = std::map<std::string, Clock::time_point>;  // by Fleet: when it is due

  void run();
  void look_unless_paused(Schedule::node_type entry);
  /// @param entry goes back on the schedule where the pass fails; may be empty. @throws std::bad_alloc
  void look(const std::string& name, Schedule::node_type entry);
  [[nodiscard]] Schedule::node_type taken(const std::string& name);
  void put_back(Schedule::node_type entry, Clock::time_point due);
  [[nodiscard]] bool is_paused();
  [[nodiscard]] Clock::duration probe_interval() const;
  void reconcile_named(const std::string& name);
  [[nodiscard]] Memory& memory_of(const StoredObject& fleet);
  [[nodiscard]] std::optional<Clock::time_point> reconcile_fleet(const StoredObject& fleet);
  [[nodiscard]] Clock::time_point ready_from(Memory& memory, const std::string& cluster, Clock::time_point now) const;
  [[nodiscard]] nlohmann::json observe_member(Plane& plane, Memory& memory, const nlohmann::json& previous,
                                              std::optional<Clock::time_point>& next_due) const;

  Planes& planes_;
  const PlaneScript& script_;
  const FleetControllerOptions options_;

  std::mutex
      schedule_mutex_;  // guards what follows; taken under the root store's lock, so never hold it across a store call
  std::condition_variable wake_;
  Schedule due_;
  bool paused_ = false;
  bool stopping_ = false;

  std::mutex work_mutex_;                   // one pass at a time
  std::map<std::string, Memory> memories_;  // by the Fleet's name

  std::thread thread_;
};

}  // namespace kplane::testing::server
