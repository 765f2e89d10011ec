// PlaneRun: looking at one plane, and putting it back, with many requests at the same time.
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

/// What a run is for.
enum class RunGoal {
  look,     ///< a settled state
  restore,  ///< the state that is wanted
};

/// What is the same for all planes of a batch.
struct RunPlan {
  RunGoal goal;
  const PristineState& pristine;
  const RestoreOptions& options;
};

/// How a run has ended.
struct RunEnd {
  ErrorPtr error;                   ///< nullptr: the plane is as it was wanted
  std::optional<Snapshot> state{};  ///< as it was seen last
  std::vector<Change> undone{};
};

/// Looks; undoes what differs; looks again, until nothing differs. Sending is the caller's, who may send all that a
/// call returns at the same time. Each round begins with what is there, and so does a run after one that was broken
/// off.
///
/// What has been undone, but is still shown as it was, waits: informers may be behind (contract §10).
class PlaneRun {
 public:
  /// A request, and the number by which its answer is told.
  using Requests = std::vector<http::AddedRequest>;

  /// All but the deadline must outlive the run, which must stay where it is.
  PlaneRun(const PlaneEndpoint& endpoint, const RunPlan& plan, StopTokens stops, TimePoint deadline);
  PlaneRun(const PlaneRun&) = delete;
  PlaneRun& operator=(const PlaneRun&) = delete;
  ~PlaneRun() = default;

  [[nodiscard]] Requests begin();
  [[nodiscard]] Requests take(std::size_t number, Result<http::Response> received);
  [[nodiscard]] bool is_over() const noexcept { return end_.has_value(); }
  /// When it is over, once.
  [[nodiscard]] RunEnd take_end() { return *std::move(end_); }

 private:
  enum class Phase { look, undo };
  struct UnderWay {
    std::unique_ptr<Call> call;
    std::optional<std::size_t> change;
  };
  /// What was done about an object.
  struct Record {
    int failures = 0;
    std::optional<TimePoint> failed_since;
    std::optional<TimePoint> undone_at;
    std::string version;  // that was shown then
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
  TimePoint unsure_until_{};     // a call failed whose object the state may still show as it should be
  std::vector<Change> changes_;  // of the last look
  std::vector<bool> is_undone_;  // those of them that this round has undone
  UndoStages stages_;
  std::size_t stage_ = 0;
  bool has_progress_ = false;
  std::map<std::string, Record> records_;  // by object
  std::map<std::string, Change> undone_;   // by object: as it was first seen
  Backoff look_pauses_;
  std::optional<RunEnd> end_;
};

}  // namespace kplane::detail
