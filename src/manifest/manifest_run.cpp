#include "manifest/manifest_run.hpp"

#include <algorithm>

#include "codec/object_list.hpp"
#include "http/url.hpp"
#include "manifest/manifest_request.hpp"
#include "resource/discovery.hpp"
#include "resource/expected_answer.hpp"
#include "resource/pending_deletion.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds at_once{0};
constexpr Milliseconds first_wait{50};
constexpr Milliseconds longest_wait{1'000};
// The server itself removes the objects of a CRD first, and checks every five seconds whether they are gone.
constexpr Milliseconds longest_definition_removal{15'000};

bool is_stop(const Error& error) noexcept { return dynamic_cast<const StoppedError*>(&error) != nullptr; }

}  // namespace

ManifestRun::ManifestRun(const PlaneEndpoint& endpoint, const ManifestPlan& plan, const StopTokens& stops,
                         TimePoint deadline)
    : endpoint_(endpoint),
      plan_(plan),
      stops_(stops),
      deadline_(deadline),
      results_(begin_results(plan)),
      cursor_(plan),
      types_(endpoint),
      definitions_(endpoint, plan),
      cleanup_(endpoint, plan),
      grace_(endpoint, endpoint.core->clock().now()),
      waits_(first_wait, longest_wait) {}

http::Request ManifestRun::first_request() { return bounded(request(), now()); }

std::optional<http::FollowUp> ManifestRun::take(Result<http::Response> received) {
  const Pause pause = take_result(without_failure(to_result(std::move(received))));
  if (!pause) begin_next_object();
  return next_request(pause.value_or(at_once));
}

std::optional<http::FollowUp> ManifestRun::next_request(Milliseconds pause) {
  if (cursor_.at_end()) return std::nullopt;
  const TimePoint at = deadline_after(now(), pause);
  if (stops_.stop_requested() || at >= deadline_) {
    give_up();
    return std::nullopt;
  }
  return http::FollowUp{bounded(request(), at), at};
}

http::Request ManifestRun::request() {
  if (needs_cleanup()) {
    asked_ = Asked::cleanup;
    if (!cleanup_.is_active()) begin_cleanup();
    return cleanup_.get().request();
  }
  if (!definitions_.is_over() && cursor_.stage() == ManifestStage::rest) {
    asked_ = Asked::definition;
    return definitions_.request();
  }
  const auto type = types_.find(manifest());
  if (!type) {
    asked_ = Asked::types;
    return types_.request(manifest(), plan_.options.stop);
  }
  asked_ = Asked::object;
  type_ = *type;
  return manifest_request(endpoint_, plan_, manifest(), path_of(type_));
}

// A request without any time left is not sent.
http::Request ManifestRun::bounded(http::Request request, TimePoint begin) const {
  const TimePoint own = deadline_after(begin, endpoint_.core->options().request_timeout);
  request.deadline = stops_.stop_requested() ? begin : std::min(own, deadline_);
  return request;
}

/// Also stores the object's namespace in its result.
ResourcePath ManifestRun::path_of(const codec::ApiResource& type) {
  std::string& ns = result().manifest.ns;
  ns = namespace_of(endpoint_, plan_.options, manifest(), type);
  return {manifest().api_version, type.plural, ns, manifest().subresource};
}

bool ManifestRun::needs_cleanup() const {
  if (is_apply() || plan_.options.dry_run) return false;
  return cursor_.lingering() != nullptr || cursor_.stage() == ManifestStage::ns;
}

void ManifestRun::begin_cleanup() {
  const LingeringManifest* const lingering = cursor_.lingering();
  if (lingering == nullptr) return cleanup_.begin_namespace(manifest().name);
  cleanup_.begin_lingering(path_of(lingering->type), *lingering);
}

void ManifestRun::begin_next_object() {
  cursor_.advance(results_);
  cleanup_.end();
  types_.begin_object();
  retries_.forget_writes();
  waits_.reset();
  last_error_.clear();
}

/// All remaining objects fail in the same way; those marked for deletion keep that outcome.
void ManifestRun::give_up() {
  std::string why = "plane " + endpoint_.cluster + ": ";
  why += stops_.stop_requested() ? "a stop was requested" : "the deadline passed";
  why += " before " + describe(manifest()) + (is_apply() ? " was applied" : " was removed");
  if (asked_ == Asked::definition) why += "; CustomResourceDefinitions of the set are not established yet";
  if (cleanup_.is_active()) why += "; " + cleanup_.get().progress();
  why += last_error_.told();
  ErrorPtr error;
  if (stops_.stop_requested()) {
    error = std::make_shared<StoppedError>(why);
  } else {
    error = std::make_shared<TimeoutError>(why);
  }
  for (; !cursor_.at_end(); cursor_.advance(results_)) {
    if (cursor_.lingering() == nullptr) result().error = error;
  }
}

ManifestRun::Pause ManifestRun::take_result(const Result<ApiResponse>& result) {
  if (asked_ == Asked::cleanup) return take_cleanup(result);
  if (!result.ok()) return take_error(result.error());
  retries_.note_answer();
  try {
    return take_answer(result.value());
  } catch (const DecodeError& error) {
    return asked_ == Asked::definition ? refuse_definition(error.share()) : fail(error.share());
  }
}

ManifestRun::Pause ManifestRun::take_answer(const ApiResponse& answer) {
  switch (asked_) {
    case Asked::types:
      return types_.take(manifest(), answer) ? at_once : miss_kind();
    case Asked::definition:
      return take_definition(answer);
    default:
      return take_object(answer);
  }
}

ManifestRun::Pause ManifestRun::take_object(const ApiResponse& answer) {
  const Manifest& sent = result().manifest;
  const ResourcePath path{sent.api_version, sent.kind, sent.ns, sent.subresource};
  if (!is_apply()) {
    check_is_deleted(answer, path, sent.name);
    return take_removed(answer);
  }
  Object object = codec::decode_object(answer.body);
  check_is_object(object, path, sent.name);
  return take_applied(answer, std::move(object));
}

ManifestRun::Pause ManifestRun::take_applied(const ApiResponse& answer, Object object) {
  constexpr int created = 201;
  const ManifestStage stage = cursor_.stage();
  if (stage == ManifestStage::ns && is_marked(object)) return take_terminating(answer, object);
  if (stage == ManifestStage::crd && !plan_.options.dry_run && !is_established(object)) {
    definitions_.add(cursor_.index());
  }
  return finish(answer.status == created ? ManifestOutcome::created : ManifestOutcome::updated, std::move(object));
}

ManifestRun::Pause ManifestRun::take_removed(const ApiResponse& answer) {
  if (is_empty(answer)) return finish(ManifestOutcome::removed);
  const Object object = codec::decode_object(answer.body);
  if (plan_.options.dry_run || !is_held(object)) return finish(ManifestOutcome::removed);
  Milliseconds wait = plan_.options.controller_wait;
  if (cursor_.stage() == ManifestStage::crd) wait = std::max(wait, longest_definition_removal);
  cursor_.revisit({cursor_.index(), type_, std::string(object.uid()), deadline_after(now(), wait)});
  return linger(what_holds(object));
}

/// The server has merged the set's fields into a namespace that is being deleted.
ManifestRun::Pause ManifestRun::take_terminating(const ApiResponse& answer, const Object& ns) {
  if (!terminating_until_) terminating_until_ = deadline_after(now(), plan_.options.controller_wait);
  if (!plan_.options.dry_run && now() < *terminating_until_) return waits_.next();
  ApiError::Info info;
  info.status = 403;
  info.reason = "Forbidden";
  info.message = "namespace " + manifest().name + " is " + what_holds(ns);
  info.details.name = manifest().name;
  info.details.kind = "namespaces";
  info.details.causes = {{"NamespaceTerminating", "namespace " + manifest().name + " is being terminated", ""}};
  info.method = http::method_of(answer.request_line());
  info.url = http::url_of(answer.request_line());
  return fail(terminating_error(std::move(info)));
}

ManifestRun::Pause ManifestRun::take_definition(const ApiResponse& answer) {
  switch (definitions_.take(answer)) {
    case DefinitionState::pending:
      return waits_.next();
    case DefinitionState::names_refused:
      return refuse_definition(std::make_shared<Error>("plane " + endpoint_.cluster + ": CustomResourceDefinition " +
                                                       definitions_.manifest().name +
                                                       " is stored, but its names were not accepted"));
    case DefinitionState::established:
      break;
  }
  definitions_.next();
  waits_.reset();
  return at_once;
}

/// Retryable errors are treated as for every request; the cleanup handles the others.
ManifestRun::Pause ManifestRun::take_cleanup(const Result<ApiResponse>& result) {
  const ErrorPtr& error = result.error();
  if (error != nullptr && (is_stop(*error) || stops_.stop_requested() || error->retryable())) return take_error(error);
  retries_.note_answer();
  last_error_.clear();
  try {
    const Pause pause = cleanup_.take(result);
    return pause ? pause : end_cleanup();
  } catch (const DecodeError& flaw) {
    return fail(flaw.share());
  }
}

ManifestRun::Pause ManifestRun::end_cleanup() {
  const Cleanup& ended = cleanup_.get();
  if (ended.error()) return fail(ended.error());
  if (!ended.gone()) return linger(detail::describe(ended.held()));
  if (!ended.existed()) return finish(retries_.may_be_done() ? ManifestOutcome::removed : ManifestOutcome::absent);
  if (cleanup_.is_of_namespace()) results_.note_removed_namespace(manifest().name);
  result().detail.clear();
  return finish(ManifestOutcome::removed);
}

ManifestRun::Pause ManifestRun::take_error(const ErrorPtr& error) {
  if (stops_.stop_requested()) return at_once;  // nothing more is sent
  if (is_stop(*error)) return fail(error);
  retries_.note_error(*error, asked_ == Asked::object || asked_ == Asked::cleanup);
  last_error_.note(error);
  const Pause own = pause_after(*error);
  if (!own) return take_final_error(error);
  const Pause pause = pause_before_retry(*own, *error, until(deadline_, now()));
  return pause ? pause : fail(error);  // others may still be answered in time
}

ManifestRun::Pause ManifestRun::pause_after(const Error& error) {
  if (is_apply() && grace_.covers(error, manifest(), results_, now())) return waits_.next();
  return retries_.pause_after(error);
}

ManifestRun::Pause ManifestRun::take_final_error(const ErrorPtr& error) {
  if (asked_ == Asked::definition) return refuse_definition(error);
  if (asked_ == Asked::object) return take_object_error(error);
  if (dynamic_cast<const NotFound*>(error.get()) == nullptr) return fail(error);
  types_.take_unserved(manifest());
  return miss_kind();
}

ManifestRun::Pause ManifestRun::take_object_error(const ErrorPtr& error) {
  const bool is_missing = dynamic_cast<const NotFound*>(error.get()) != nullptr;
  if (is_missing && is_unserved(*error) && cursor_.stage() == ManifestStage::rest) {
    types_.forget(manifest());
    if (!types_.was_asked()) return at_once;
    if (is_defined_by_set()) return waits_.next();
  }
  if (is_apply()) return fail(error);
  if (is_missing) return finish(retries_.may_be_done() ? ManifestOutcome::removed : ManifestOutcome::absent);
  // Without preconditions, the only conflict is with a removal in progress.
  if (dynamic_cast<const Conflict*>(error.get()) != nullptr) return finish(ManifestOutcome::removed);
  return fail(error);
}

/// The objects of its type in the set are still tried, and fail.
ManifestRun::Pause ManifestRun::refuse_definition(ErrorPtr error) {
  ManifestResult& refused = results_[definitions_.index()];
  refused.outcome = ManifestOutcome::failed;
  refused.error = std::move(error);
  definitions_.next();
  waits_.reset();
  last_error_.clear();
  return at_once;
}

/// The plane does not serve the object's kind.
ManifestRun::Pause ManifestRun::miss_kind() {
  if (!is_apply()) return finish(ManifestOutcome::absent);
  std::string why;
  if (const std::size_t* definition = definition_of(plan_, manifest())) {
    why = "; " + describe(plan_.set[*definition]);
    why += plan_.options.dry_run
               ? " is in the same set, but a dry run stores nothing"
               : (results_.was_applied(*definition) ? " was just applied" : " of the same set failed");
  }
  const ErrorPtr error = kind_not_served(endpoint_, manifest().api_version, manifest().kind, why);
  last_error_.note(error);
  return is_defined_by_set() ? Pause(waits_.next()) : fail(error);
}

/// Whether the plane will serve the object's kind because its CRD was applied.
bool ManifestRun::is_defined_by_set() const {
  const std::size_t* definition = definition_of(plan_, manifest());
  return definition != nullptr && !plan_.options.dry_run && results_.was_applied(*definition);
}

ManifestRun::Pause ManifestRun::finish(ManifestOutcome outcome, std::optional<Object> object) {
  result().outcome = outcome;
  result().object = std::move(object);
  return std::nullopt;
}

ManifestRun::Pause ManifestRun::linger(std::string detail) {
  result().detail = std::move(detail);
  return finish(ManifestOutcome::lingers);
}

/// An object that is marked for deletion keeps that outcome, whatever error a second visit meets.
ManifestRun::Pause ManifestRun::fail(ErrorPtr error) {
  if (cursor_.lingering() != nullptr) {
    return linger(result().detail + "; whether it has been removed since could not be checked: " + error->what());
  }
  result().outcome = ManifestOutcome::failed;
  result().error = retries_.may_be_done() ? marked_after_lost_answer(error) : std::move(error);
  return std::nullopt;
}

}  // namespace kplane::detail
