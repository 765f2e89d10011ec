// Reads or restores one plane with many concurrent requests.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kplane/baseline.hpp>
#include <kplane/restore_options.hpp>

#include "base/backoff.hpp"
#include "base/last_error.hpp"
#include "base/stop_state.hpp"
#include "http/batch.hpp"
#include "restore/plane_look.hpp"
#include "restore/pristine.hpp"
#include "restore/undo_plan.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// The purpose of a run.
enum class RunGoal {
  look,     ///< a settled state
  restore,  ///< restore the baseline
};

/// The parameters common to all planes of a batch.
struct RunPlan {
  RunGoal goal;
  const PristineState& pristine;
  const RestoreOptions& options;
};

/// The result of a run.
struct RunEnd {
  ErrorPtr error;                   ///< nullptr: the goal was reached
  std::optional<Snapshot> state{};  ///< as last seen
  std::vector<Change> undone{};
};

/// Reads, undoes the differences and reads again, until nothing differs. The caller sends the requests, and may send
/// all that a function returns concurrently. Each round starts from the plane's current state, so an interrupted run
/// can simply be repeated.
///
/// A change that was undone but is still shown is not undone again at once: informers may lag (contract §10).
class PlaneRun {
 public:
  /// Requests, each with the number by which its answer is identified.
  using Requests = std::vector<http::AddedRequest>;

  /// All arguments except the deadline must outlive the run, which must not move.
  PlaneRun(const PlaneEndpoint& endpoint, const RunPlan& plan, StopTokens stops, TimePoint deadline);
  PlaneRun(const PlaneRun&) = delete;
  PlaneRun& operator=(const PlaneRun&) = delete;
  ~PlaneRun() = default;

  [[nodiscard]] Requests begin();
  [[nodiscard]] Requests take(std::size_t number, Result<http::Response> received);
  [[nodiscard]] bool is_over() const noexcept { return end_.has_value(); }
  /// Call once, when it is over.
  [[nodiscard]] RunEnd take_end() { return *std::move(end_); }

 private:
  enum class Phase { look, undo };
  struct UnderWay {
    std::unique_ptr<Call> call;
    std::optional<std::size_t> change;
  };
  /// What was done to an object.
  struct Record {
    int failures = 0;
    std::optional<TimePoint> failed_since;
    std::optional<TimePoint> undone_at;
    std::string version;  // the version shown at that time
  };

  [[nodiscard]] TimePoint now() const { return endpoint_.core->clock().now(); }
  [[nodiscard]] bool must_end() const { return stops_.stop_requested() || now() >= deadline_; }

  [[nodiscard]] Requests start_look(Milliseconds pause);
  [[nodiscard]] Requests look_again(Milliseconds pause);
  [[nodiscard]] Requests start_calls(PlaneLook::Calls calls, Milliseconds pause);
  [[nodiscard]] Requests start(UnderWay work, Milliseconds pause);
  [[nodiscard]] Requests go_on();
  [[nodiscard]] Requests end_of_look();
  [[nodiscard]] Requests take_look_error(const ErrorPtr& error);
  [[nodiscard]] Requests take_state(Snapshot state);
  [[nodiscard]] Requests wait_for_quiet(const Digest& seen);
  [[nodiscard]] Requests undo();
  [[nodiscard]] Requests next_stage();
  void end_of_call(const UnderWay& ended);
  void note_undo(const std::optional<std::size_t>& index, const ErrorPtr& error);

  [[nodiscard]] bool is_due(const Change& change) const;
  [[nodiscard]] bool is_given_up(const Change& change) const;
  [[nodiscard]] bool is_stale(const Change& change) const;
  void finish(ErrorPtr error);
  void give_up(const std::string& why);
  void give_up_in_time();

  const PlaneEndpoint& endpoint_;
  const RunPlan plan_;
  const StopTokens stops_;
  const TimePoint deadline_;
  const std::shared_ptr<const ComparisonScope> answers_;
  const UndoContext context_;
  Phase phase_ = Phase::look;
  std::map<std::size_t, UnderWay> under_way_;
  std::size_t next_number_ = 0;
  std::vector<ListedType> listed_;
  std::optional<PlaneLook> look_;
  std::string unsynced_;
  LastError last_error_;
  std::optional<Snapshot> state_;
  std::optional<Digest> quiet_digest_;
  TimePoint quiet_since_{};
  TimePoint unsure_until_{};     // after a failed call the state may still show the object as it should be
  std::vector<Change> changes_;  // found by the last look
  std::vector<bool> is_undone_;  // which of them this round has undone
  UndoStages stages_;
  std::size_t stage_ = 0;
  bool has_progress_ = false;
  std::map<std::string, Record> records_;  // by object
  std::map<std::string, Change> undone_;   // by object: as it was first seen
  Backoff look_pauses_;
  std::optional<RunEnd> end_;
};

}  // namespace kplane::detail
