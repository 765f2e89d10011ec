#include "restore/plane_run.hpp"

#include <algorithm>

#include "session/api_response.hpp"
#include "state/comparison_scope.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds no_pause{0};
constexpr Milliseconds shortest_look_gap{10};
constexpr Milliseconds longest_look_gap{500};
// How long a state may keep showing a change that was undone before it is undone again.
constexpr Milliseconds longest_lag{3'000};
// An object is given up after this many failures that waiting alone does not fix, and longest_lag after the first:
// admission and type schemas lag behind as well.
constexpr int most_failures = 4;

/// An answer has apiVersion and kind; an item of a state usually does not.
DiffOptions of_answers(DiffOptions ignored) {
  ignored.ignored_fields.emplace_back("/apiVersion");
  ignored.ignored_fields.emplace_back("/kind");
  return ignored;
}

std::string key_of(const Change& change) {
  return change.group + '/' + change.resource + '/' + change.ns + '/' + change.name;
}

std::string version_of(const Change& change) {
  return change.after ? std::string(change.after->resource_version()) : std::string();
}

/// Whether the next look may resolve the error.
bool may_pass_by_looking(const Error& error) {
  return may_pass(error) || dynamic_cast<const Conflict*>(&error) != nullptr ||
         dynamic_cast<const AlreadyExists*>(&error) != nullptr || dynamic_cast<const NotFound*>(&error) != nullptr;
}

}  // namespace

PlaneRun::PlaneRun(const PlaneEndpoint& endpoint, const RunPlan& plan, StopTokens stops, TimePoint deadline)
    : endpoint_(endpoint),
      plan_(plan),
      stops_(std::move(stops)),
      deadline_(deadline),
      answers_(ComparisonScope::of(of_answers(plan.pristine.ignored()))),
      context_{endpoint, plan.options, *answers_},
      listed_(plan.pristine.listed_types()),
      look_pauses_(shortest_look_gap, longest_look_gap) {}

PlaneRun::Requests PlaneRun::begin() { return start_look(no_pause); }

PlaneRun::Requests PlaneRun::take(std::size_t number, Result<http::Response> received) {
  const auto found = under_way_.find(number);
  UnderWay work = std::move(found->second);
  under_way_.erase(found);
  const auto pause = work.call->take(std::move(received));
  if (!pause) end_of_call(work);
  Requests next;
  if (pause && !must_end()) next = start(std::move(work), *pause);
  return under_way_.empty() ? go_on() : next;
}

/// Empty when the request cannot be sent.
PlaneRun::Requests PlaneRun::start(UnderWay work, Milliseconds pause) {
  const TimePoint at = deadline_after(now(), pause);
  http::Request request;
  try {
    request = work.call->request();
  } catch (const Error& error) {
    if (phase_ == Phase::look) throw;
    note_undo(work.change, error.share());
    return {};
  }
  const TimePoint own = deadline_after(at, endpoint_.core->options().request_timeout);
  request.deadline = std::min(own, deadline_);
  const std::size_t number = next_number_++;
  under_way_.emplace(number, std::move(work));
  Requests requests;
  requests.push_back({number, {std::move(request), at}});
  return requests;
}

PlaneRun::Requests PlaneRun::start_calls(PlaneLook::Calls calls, Milliseconds pause) {
  Requests all;
  for (std::unique_ptr<Call>& call : calls) {
    for (http::AddedRequest& request : start({std::move(call), std::nullopt}, pause)) all.push_back(std::move(request));
  }
  return all;
}

PlaneRun::Requests PlaneRun::start_look(Milliseconds pause) {
  phase_ = Phase::look;
  look_.emplace(endpoint_, listed_, deadline_);
  return start_calls(look_->next_calls(), pause);
}

PlaneRun::Requests PlaneRun::look_again(Milliseconds pause) {
  if (deadline_after(now(), pause) < deadline_ && !stops_.stop_requested()) return start_look(pause);
  give_up_in_time();
  return {};
}

void PlaneRun::end_of_call(const UnderWay& ended) {
  if (phase_ == Phase::look) return look_->take(*ended.call);
  note_undo(ended.change, static_cast<const UndoCall&>(*ended.call).error());
}

/// @param index of the change; none: a consequence of another one
void PlaneRun::note_undo(const std::optional<std::size_t>& index, const ErrorPtr& error) {
  if (error) {
    last_error_.note(error);
  } else {
    has_progress_ = true;
  }
  if (!index) {
    if (error) unsure_until_ = deadline_after(now(), longest_lag);
    return;
  }
  const Change& change = changes_[*index];
  Record& record = records_[key_of(change)];
  record.undone_at.reset();
  if (error) {
    if (may_pass_by_looking(*error)) return;
    ++record.failures;
    if (!record.failed_since) record.failed_since = now();
    return;
  }
  record.undone_at = now();
  record.version = version_of(change);
  is_undone_[*index] = true;
  undone_.emplace(key_of(change), change);
}

/// Continues when no call is in progress.
PlaneRun::Requests PlaneRun::go_on() {
  if (must_end()) {
    give_up_in_time();
    return {};
  }
  if (phase_ == Phase::undo) return next_stage();
  try {
    PlaneLook::Calls more = look_->next_calls();
    return more.empty() ? end_of_look() : start_calls(std::move(more), no_pause);
  } catch (const Error& error) {  // a type to which an agent gave a name that is not valid in a path
    finish(error.share());
    return {};
  }
}

PlaneRun::Requests PlaneRun::end_of_look() {
  if (look_->error()) return take_look_error(look_->error());
  listed_ = look_->listed();
  try {
    return take_state(look_->take_state());
  } catch (const Error& error) {  // an object that cannot be decoded or sent
    finish(error.share());
    return {};
  }
}

PlaneRun::Requests PlaneRun::take_look_error(const ErrorPtr& error) {
  last_error_.note(error);
  if (may_pass(*error)) return look_again(std::max(look_pauses_.next(), asked_pause(*error)));
  finish(error);
  return {};
}

PlaneRun::Requests PlaneRun::take_state(Snapshot state) {
  const std::string& wanted = plan_.pristine.server_version();
  const std::string version = endpoint_.core->server_facts().version();
  if (!wanted.empty() && wanted != version) {
    finish(std::make_shared<ConfigError>("the baseline was taken on server version " + wanted + ", but plane " +
                                         endpoint_.cluster + " is on " + version +
                                         ": take a new one with Plane::baseline()"));
    return {};
  }
  unsynced_ = unsynced_types(state, plan_.pristine.ignored());
  if (!unsynced_.empty()) return look_again(look_pauses_.next());
  state_ = std::move(state);
  if (plan_.goal == RunGoal::look) return wait_for_quiet(digest(*state_, plan_.pristine.ignored()));
  changes_ = plan_.pristine.changes(*state_);
  if (changes_.empty() && now() < unsure_until_) return look_again(look_pauses_.next());
  if (changes_.empty()) return wait_for_quiet(Digest());
  quiet_digest_.reset();
  return undo();
}

/// @param seen unchanged for as long as the plane is quiet
PlaneRun::Requests PlaneRun::wait_for_quiet(const Digest& seen) {
  constexpr Milliseconds longest_step{50};
  if (quiet_digest_ != seen) {
    quiet_digest_ = seen;
    quiet_since_ = now();
  }
  const Milliseconds left = until(deadline_after(quiet_since_, plan_.options.quiet), now());
  if (left.count() > 0) return look_again(std::min(left, longest_step));
  finish(nullptr);
  return {};
}

PlaneRun::Requests PlaneRun::undo() {
  is_undone_.assign(changes_.size(), false);
  has_progress_ = false;
  const bool is_hopeless =
      std::all_of(changes_.begin(), changes_.end(), [this](const Change& change) { return is_given_up(change); });
  if (is_hopeless) {
    give_up("could not be restored");
    return {};
  }
  stages_ =
      plan_undo(context_, plan_.pristine, *state_, changes_, [this](const Change& change) { return is_due(change); });
  stage_ = 0;
  phase_ = Phase::undo;
  return next_stage();
}

PlaneRun::Requests PlaneRun::next_stage() {
  while (stage_ < stages_.size()) {
    Requests all;
    for (PlannedCall& planned : stages_[stage_++]) {
      for (http::AddedRequest& request : start({std::move(planned.call), planned.change}, no_pause)) {
        all.push_back(std::move(request));
      }
    }
    if (!all.empty()) return all;
  }
  if (has_progress_) look_pauses_.reset();
  return look_again(has_progress_ ? no_pause : look_pauses_.next());
}

bool PlaneRun::is_due(const Change& change) const { return !is_given_up(change) && !is_stale(change); }

bool PlaneRun::is_given_up(const Change& change) const {
  const auto found = records_.find(key_of(change));
  if (found == records_.end() || found->second.failures < most_failures) return false;
  return now() >= deadline_after(*found->second.failed_since, longest_lag);
}

bool PlaneRun::is_stale(const Change& change) const {
  const auto found = records_.find(key_of(change));
  if (found == records_.end() || !found->second.undone_at) return false;
  const Record& record = found->second;
  return record.version == version_of(change) && now() < deadline_after(*record.undone_at, longest_lag);
}

void PlaneRun::finish(ErrorPtr error) {
  RunEnd end{std::move(error), std::move(state_)};
  for (const Change& change : changes_) {
    const auto found = undone_.find(key_of(change));
    const auto index = static_cast<std::size_t>(&change - changes_.data());
    const bool is_left = index >= is_undone_.size() || !is_undone_[index];
    if (found != undone_.end() && is_left) undone_.erase(found);
  }
  for (auto& [key, change] : undone_) end.undone.push_back(std::move(change));
  end_ = std::move(end);
}

void PlaneRun::give_up(const std::string& why) {
  Vector<Change> left;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (i >= is_undone_.size() || !is_undone_[i]) left.push_back(changes_[i]);
  }
  std::string text = "plane " + endpoint_.cluster + ' ' + why + ": " + std::to_string(left.size()) +
                     (left.size() == 1 ? " object differs: " : " objects differ: ") + describe(left);
  text += last_error_.told();
  finish(std::make_shared<NotPristine>(text, std::move(left)));
}

void PlaneRun::give_up_in_time() {
  const bool is_stopped = stops_.stop_requested();
  if (!is_stopped && state_ && !changes_.empty()) return give_up("was not restored in time");
  std::string text = "plane " + endpoint_.cluster + (is_stopped ? ": a stop was requested" : ": the deadline passed");
  text += plan_.goal == RunGoal::look ? " before its state had settled" : " before it was restored";
  if (!unsynced_.empty()) text += "; the server has not finished listing " + unsynced_;
  text += last_error_.told();
  if (is_stopped) return finish(std::make_shared<StoppedError>(text));
  finish(std::make_shared<TimeoutError>(text));
}

}  // namespace kplane::detail
