// The steps of a run: the types of an object's group-version where they are not known, the object itself, and between
// the CRDs and the rest the CRDs again until they are established.
#include "manifest/manifest_run.hpp"

#include <algorithm>
#include <utility>

#include "base/excerpt.hpp"
#include "cleanup/lingering_cleanup.hpp"
#include "codec/object_list.hpp"
#include "resource/expected_answer.hpp"
#include "resource/resource_request.hpp"
#include "resource/what_holds.hpp"
#include "session/bootstrap.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds first_pause{50};
constexpr Milliseconds longest_pause{1'000};
constexpr Milliseconds longest_bootstrap{5'000};
// A system namespace that has not come by then was deleted, or never comes: its objects fail, and the others go on.
constexpr Milliseconds longest_wait_for_namespaces{30'000};
// The server's own machinery removes the objects of a CRD first, and looks every five seconds whether they are gone.
constexpr Milliseconds longest_retirement{15'000};
constexpr int most_troubles = 6;  // beside the attempts of each request

constexpr const char* definitions_version = "apiextensions.k8s.io/v1";

/// Whether a CRD's status has the condition with this status.
bool has_condition(const Object& definition, std::string_view type, std::string_view status) {
  const std::vector<Object> conditions = definition.elements("/status/conditions");
  return std::any_of(conditions.begin(), conditions.end(), [&](const Object& condition) {
    return condition.get<std::string_view>("/type") == type && condition.get<std::string_view>("/status") == status;
  });
}

}  // namespace

ManifestRun::ManifestRun(const PlaneEndpoint& endpoint, const ManifestPlan& plan, const StopTokens& stops,
                         TimePoint deadline)
    : endpoint_(endpoint),
      plan_(plan),
      stops_(stops),
      deadline_(deadline),
      bootstrapped_(deadline_after(endpoint.core->clock().now(), longest_bootstrap)),
      has_namespaces_(deadline_after(endpoint.core->clock().now(), longest_wait_for_namespaces)),
      pause_(first_pause) {
  results_.reserve(plan.set.size());
  // Without its text: thousands of planes would keep as many copies.
  for (const Manifest& manifest : plan.set) {
    results_.push_back({{manifest.api_version, manifest.kind, manifest.ns, manifest.name, {}, manifest.origin}});
  }
}

http::Request ManifestRun::first_request() { return bounded(request(), endpoint_.core->clock().now()); }

ManifestRun::Next ManifestRun::take(Result<http::Response> received) {
  const Result<ApiResponse> result = without_failure(to_result(std::move(received)));
  if (asked_ == Asked::cleanup) return take_cleanup(result);
  if (!result.ok()) return take_error(result.error());
  troubles_ = 0;
  const ApiResponse& answer = result.value();
  try {
    switch (asked_) {
      case Asked::types:
        return take_types(answer);
      case Asked::definition:
        return take_definition(answer);
      default:
        break;
    }
    return take_object(answer);
  } catch (const DecodeError& error) {
    return asked_ == Asked::definition ? refuse_definition(error.share()) : fail(error.share());
  }
}

http::Request ManifestRun::request() {
  http::Request next;
  if (needs_cleanup()) {
    asked_ = Asked::cleanup;
    if (!cleanup_) cleanup_ = begin_cleanup();
    next = cleanup_->request();
  } else if (waits_for_definitions()) {
    asked_ = Asked::definition;
    next = definition_request();
  } else if (const auto type = known_type()) {
    asked_ = Asked::object;
    type_ = *type;
    next = object_request(*type);
  } else {
    asked_ = Asked::types;
    next = discovery_request(endpoint_, manifest().api_version);
    next.stop = plan_.options.stop;
  }
  return next;
}

http::Request ManifestRun::object_request(const codec::ApiResource& type) {
  const ResourcePath path = path_of(type);
  const Manifest& sent = results_[index()].manifest;
  if (is_apply()) {
    ApplyOptions options;
    options.field_manager = plan_.options.field_manager;
    options.force = plan_.options.force;
    options.dry_run = plan_.options.dry_run;
    options.stop = plan_.options.stop;
    return apply_request(endpoint_, path, sent.name, manifest().json, options);
  }
  DeleteOptions options;
  options.propagation = Propagation::background;  // or the pods of a Job would stay
  options.dry_run = plan_.options.dry_run;
  options.stop = plan_.options.stop;
  return remove_request(endpoint_, path, sent.name, options);
}

ResourcePath ManifestRun::path_of(const codec::ApiResource& type) {
  Manifest& sent = results_[index()].manifest;
  if (!type.namespaced) sent.ns.clear();
  if (type.namespaced && sent.ns.empty()) sent.ns = plan_.options.ns.empty() ? endpoint_.ns : plan_.options.ns;
  return {sent.api_version, type.plural, sent.ns};
}

/// Whether more than one request is needed for the object at which the run stands, once its type is known.
bool ManifestRun::needs_cleanup() const {
  if (is_apply() || plan_.options.dry_run) return false;
  return is_at_lingering() || stage_of(manifest()) == ManifestStage::ns;
}

std::unique_ptr<Cleanup> ManifestRun::begin_cleanup() {
  const CleanupPolicy policy{plan_.options.controller_wait, plan_.options.finalizers};
  const std::string& name = manifest().name;
  if (is_at_lingering()) {
    const Lingering& one = lingering_[position_ - plan_.order.size()];
    const bool goes_with_its_type = definition_of(plan_, manifest()) != nullptr;
    return std::make_unique<LingeringCleanup>(endpoint_, path_of(one.type),
                                              LingeringObject{name, one.uid, goes_with_its_type}, policy,
                                              one.forced_from, plan_.options.stop);
  }
  auto cleanup = std::make_unique<NamespaceCleanup>(endpoint_, name, policy, plan_.options.stop, known_types_);
  namespace_cleanup_ = cleanup.get();
  return cleanup;
}

http::Request ManifestRun::definition_request() {
  GetOptions options;
  options.stop = plan_.options.stop;
  const Manifest& definition = plan_.set[unestablished_.front()];
  return get_request(endpoint_, {definitions_version, "customresourcedefinitions"}, definition.name, options);
}

// A request that may take no time is not sent.
http::Request ManifestRun::bounded(http::Request request, TimePoint begin) const {
  const TimePoint own = deadline_after(begin, endpoint_.core->options().request_timeout);
  request.deadline = stops_.stop_requested() ? begin : std::min(own, deadline_);
  return request;
}

/// Those that come first are the same in every plane.
std::optional<codec::ApiResource> ManifestRun::known_type() const {
  const Manifest& wanted = manifest();
  switch (stage_of(wanted)) {
    case ManifestStage::ns:
      return codec::ApiResource{wanted.kind, "namespaces", false};
    case ManifestStage::crd:
      return codec::ApiResource{wanted.kind, "customresourcedefinitions", false};
    case ManifestStage::rest:
      break;
  }
  const auto types = endpoint_.core->discovery().find(endpoint_.cluster, wanted.api_version);
  const codec::ApiResource* type = types ? find_kind(*types, wanted.kind) : nullptr;
  return type == nullptr ? std::nullopt : std::make_optional(*type);
}

ManifestRun::Next ManifestRun::go_on(Milliseconds pause) {
  if (at_end()) return std::nullopt;
  const TimePoint at = deadline_after(endpoint_.core->clock().now(), pause);
  if (stops_.stop_requested() || at >= deadline_) return give_up();
  return http::FollowUp{bounded(request(), at), at};
}

ManifestRun::Next ManifestRun::go_on_with_next() {
  do {
    ++position_;  // what lingered has gone with its namespace
  } while (!at_end() && is_at_lingering() && results_[index()].outcome != ManifestOutcome::lingers);
  cleanup_.reset();
  namespace_cleanup_ = nullptr;
  pause_ = first_pause;
  asked_types_ = false;
  may_be_done_ = false;
  last_error_ = nullptr;
  return go_on();
}

ManifestRun::Next ManifestRun::finish(ManifestOutcome outcome, std::optional<Object> object) {
  results_[index()].outcome = outcome;
  results_[index()].object = std::move(object);
  return go_on_with_next();
}

ManifestRun::Next ManifestRun::fail(ErrorPtr error) {
  if (is_at_lingering()) return fail_to_look(*error);
  results_[index()].outcome = ManifestOutcome::failed;
  results_[index()].error = std::move(error);
  return go_on_with_next();
}

/// What the server has marked for deletion stays that, whatever a later look at it meets.
ManifestRun::Next ManifestRun::fail_to_look(const Error& error) {
  return linger(results_[index()].detail + "; what became of it could not be found out: " + error.what());
}

/// All that is left fails in the same way.
ManifestRun::Next ManifestRun::give_up() {
  std::string why = "plane " + endpoint_.cluster + ": ";
  why += stops_.stop_requested() ? "a stop was requested" : "the time was up";
  why += " before " + describe(manifest()) + (is_apply() ? " was applied" : " was removed");
  if (asked_ == Asked::definition) why += "; CustomResourceDefinitions of the set are not established yet";
  if (cleanup_) why += "; " + cleanup_->progress();
  if (last_error_) why += std::string("; the last answer: ") + last_error_->what();
  ErrorPtr error;
  if (stops_.stop_requested()) {
    error = std::make_shared<StoppedError>(why);
  } else {
    error = std::make_shared<TimeoutError>(why);
  }
  for (; !at_end(); ++position_) {
    if (!is_at_lingering()) results_[index()].error = error;
  }
  return std::nullopt;
}

ManifestRun::Next ManifestRun::take_object(const ApiResponse& answer) {
  const Manifest& sent = results_[index()].manifest;
  const ResourcePath path{sent.api_version, sent.kind, sent.ns};
  if (!is_apply()) {
    check_is_deleted(answer, path, sent.name);
    return take_removal(answer);
  }
  constexpr int created = 201;
  Object object = codec::decode_object(answer.body);
  check_is_object(object, path, sent.name);
  if (stage_of(manifest()) == ManifestStage::ns && is_marked(object)) return take_terminating(answer, object);
  if (stage_of(manifest()) == ManifestStage::crd && !plan_.options.dry_run &&
      !has_condition(object, "Established", "True")) {
    unestablished_.push_back(index());
  }
  return finish(answer.status == created ? ManifestOutcome::created : ManifestOutcome::updated, std::move(object));
}

ManifestRun::Next ManifestRun::take_removal(const ApiResponse& answer) {
  if (is_empty(answer)) return finish(ManifestOutcome::removed);
  const Object object = codec::decode_object(answer.body);
  if (plan_.options.dry_run || !is_held(object)) return finish(ManifestOutcome::removed);
  const bool is_definition = stage_of(manifest()) == ManifestStage::crd;
  const Milliseconds wait =
      is_definition ? std::max(longest_retirement, plan_.options.controller_wait) : plan_.options.controller_wait;
  lingering_.push_back(
      {index(), type_, std::string(object.uid()), deadline_after(endpoint_.core->clock().now(), wait)});
  return linger(what_holds(object));
}

ManifestRun::Next ManifestRun::linger(std::string detail) {
  results_[index()].detail = std::move(detail);
  return finish(ManifestOutcome::lingers);
}

/// Trouble on the way is dealt with as that of every request; what the server says is the cleanup's to understand.
ManifestRun::Next ManifestRun::take_cleanup(const Result<ApiResponse>& result) {
  const ErrorPtr& error = result.error();
  const bool is_stopped = error != nullptr && dynamic_cast<const StoppedError*>(error.get()) != nullptr;
  if (error != nullptr && (is_stopped || stops_.stop_requested() || error->retryable())) return take_error(error);
  troubles_ = 0;
  last_error_ = nullptr;
  try {
    if (const auto pause = cleanup_->take(result)) return go_on(*pause);
  } catch (const DecodeError& flaw) {
    return fail(flaw.share());
  }
  if (namespace_cleanup_ != nullptr) known_types_ = namespace_cleanup_->types();
  if (cleanup_->error()) return fail(cleanup_->error());
  if (!cleanup_->gone()) return linger(detail::describe(cleanup_->held()));
  if (!cleanup_->existed()) return finish(may_be_done_ ? ManifestOutcome::removed : ManifestOutcome::absent);
  if (namespace_cleanup_ != nullptr) note_removed_namespace();
  results_[index()].detail.clear();
  return finish(ManifestOutcome::removed);
}

void ManifestRun::note_removed_namespace() {
  for (ManifestResult& result : results_) {
    if (result.outcome != ManifestOutcome::lingers || result.manifest.ns != manifest().name) continue;
    result.outcome = ManifestOutcome::removed;
    result.detail.clear();
  }
}

/// The server has merged the set's fields into a namespace that is on its way out.
ManifestRun::Next ManifestRun::take_terminating(const ApiResponse& answer, const Object& ns) {
  const TimePoint now = endpoint_.core->clock().now();
  if (!terminating_until_) terminating_until_ = deadline_after(now, plan_.options.controller_wait);
  if (!plan_.options.dry_run && now < *terminating_until_) return go_on(next_pause());
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

ManifestRun::Next ManifestRun::take_types(const ApiResponse& answer) {
  asked_types_ = true;
  const auto types = take_discovery(endpoint_, manifest().api_version, answer);
  return find_kind(*types, manifest().kind) == nullptr ? miss_kind() : go_on();
}

ManifestRun::Next ManifestRun::take_definition(const ApiResponse& answer) {
  const Object definition = codec::decode_object(answer.body);
  check_is_object(definition, {definitions_version, "customresourcedefinitions"},
                  plan_.set[unestablished_.front()].name);
  if (has_condition(definition, "NamesAccepted", "False")) {
    return refuse_definition(std::make_shared<Error>("plane " + endpoint_.cluster + ": CustomResourceDefinition " +
                                                     plan_.set[unestablished_.front()].name +
                                                     " is stored, but its names are not accepted"));
  }
  if (!has_condition(definition, "Established", "True")) return go_on(next_pause());
  unestablished_.erase(unestablished_.begin());
  pause_ = first_pause;
  return go_on();
}

ManifestRun::Next ManifestRun::take_error(const ErrorPtr& error) {
  const bool stopped = dynamic_cast<const StoppedError*>(error.get()) != nullptr;
  if (stopped && !stops_.stop_requested()) return fail(error);
  if (stopped || stops_.stop_requested()) return give_up();
  if (!error->retryable()) troubles_ = 0;
  last_error_ = error;
  const bool is_write = asked_ == Asked::object || asked_ == Asked::cleanup;
  may_be_done_ = may_be_done_ || (is_write && may_be_carried_out(*error));
  if (may_ask_again(*error)) {
    const auto asked = asked_pause(*error);
    // A pause beyond the end is this object's trouble alone.
    if (asked >= until(deadline_, endpoint_.core->clock().now())) return fail(error);
    return go_on(std::max(next_pause(), asked));
  }
  if (asked_ == Asked::definition) return refuse_definition(error);
  if (asked_ == Asked::object) return take_object_error(error);
  if (dynamic_cast<const NotFound*>(error.get()) == nullptr) return fail(error);
  asked_types_ = true;
  endpoint_.core->discovery().forget(endpoint_.cluster, manifest().api_version);
  return miss_kind();
}

ManifestRun::Next ManifestRun::take_object_error(const ErrorPtr& error) {
  const bool is_missing = dynamic_cast<const NotFound*>(error.get()) != nullptr;
  if (is_missing && is_unserved(*error) && stage_of(manifest()) == ManifestStage::rest) {
    endpoint_.core->discovery().forget(endpoint_.cluster, manifest().api_version);
    if (!asked_types_) return go_on();
    if (is_defined_by_set()) return go_on(next_pause());
  }
  if (is_apply()) return fail(error);
  if (is_missing) return finish(may_be_done_ ? ManifestOutcome::removed : ManifestOutcome::absent);
  // Without preconditions, the only conflict is with a removal that is under way.
  if (dynamic_cast<const Conflict*>(error.get()) != nullptr) return finish(ManifestOutcome::removed);
  return fail(error);
}

ManifestRun::Next ManifestRun::refuse_definition(ErrorPtr error) {
  ManifestResult& result = results_[unestablished_.front()];
  result.outcome = ManifestOutcome::failed;
  result.error = std::move(error);
  unestablished_.erase(unestablished_.begin());
  pause_ = first_pause;
  last_error_ = nullptr;
  return go_on();
}

/// The plane does not serve the object's kind.
ManifestRun::Next ManifestRun::miss_kind() {
  if (!is_apply()) return finish(ManifestOutcome::absent);
  std::string why;
  if (const std::size_t* definition = definition_of(plan_, manifest())) {
    why = "; " + describe(plan_.set[*definition]);
    why += plan_.options.dry_run ? " is in the same set, but a dry run stores nothing"
                                 : (was_applied(*definition) ? " was just applied" : " of the same set failed");
  }
  last_error_ = kind_not_served(endpoint_, manifest().api_version, manifest().kind, why);
  return is_defined_by_set() ? go_on(next_pause()) : fail(last_error_);
}

bool ManifestRun::may_ask_again(const Error& error) {
  const TimePoint now = endpoint_.core->clock().now();
  if (is_apply() && is_too_early(endpoint_, error) && now < has_namespaces_) return true;
  if (!error.retryable()) return is_bootstrapping(error) && now < bootstrapped_;
  if (troubles_ == most_troubles) return false;
  ++troubles_;
  return true;
}

/// Whether a plane, or a namespace, that has just been made may answer so for a moment (contract §1).
bool ManifestRun::is_bootstrapping(const Error& error) const {
  if (!is_apply()) return false;
  if (dynamic_cast<const NamespaceTerminating*>(&error) != nullptr) return false;  // nobody may ever end that
  if (dynamic_cast<const Forbidden*>(&error) != nullptr) return true;
  if (is_unserved(error)) return stage_of(manifest()) == ManifestStage::crd;
  const auto* missing = dynamic_cast<const NotFound*>(&error);
  return missing != nullptr && missing->details().kind == "namespaces" && will_have_namespace(missing->details().name);
}

bool ManifestRun::will_have_namespace(const std::string& ns) const {
  if (is_system_namespace(ns)) return true;
  for (std::size_t i = 0; i < plan_.set.size(); ++i) {
    if (plan_.set[i].name == ns && stage_of(plan_.set[i]) == ManifestStage::ns && was_applied(i)) return true;
  }
  return false;
}

bool ManifestRun::was_applied(std::size_t index) const noexcept {
  return results_[index].outcome == ManifestOutcome::created || results_[index].outcome == ManifestOutcome::updated;
}

/// Whether the plane will serve the object's kind, since its CRD was applied.
bool ManifestRun::is_defined_by_set() const {
  const std::size_t* definition = definition_of(plan_, manifest());
  return definition != nullptr && !plan_.options.dry_run && was_applied(*definition);
}

bool ManifestRun::waits_for_definitions() const noexcept {
  return !unestablished_.empty() && stage_of(manifest()) == ManifestStage::rest;
}

Milliseconds ManifestRun::next_pause() noexcept {
  const Milliseconds pause = pause_;
  pause_ = std::min(longest_pause, pause_ * 2);
  return pause;
}

}  // namespace kplane::detail
