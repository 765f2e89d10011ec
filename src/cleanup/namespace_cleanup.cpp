#include "cleanup/namespace_cleanup.hpp"

#include <algorithm>
#include <utility>

#include "codec/finalizers.hpp"
#include "codec/object_list.hpp"
#include "resource/expected_answer.hpp"
#include "resource/pending_deletion.hpp"
#include "resource/resource_path.hpp"
#include "resource/resource_request.hpp"
#include "session/retry_state.hpp"
#include "session/system_namespace.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds first_cleanup_pause{50};
constexpr Milliseconds longest_cleanup_pause{1'000};
constexpr Milliseconds default_removal_timeout = std::chrono::minutes{2};

ResourcePath namespaces_path(std::string subresource = {}) {
  ResourcePath path{"v1", "namespaces"};
  path.subresource = std::move(subresource);
  return path;
}

}  // namespace

NamespaceCleanup::NamespaceCleanup(const PlaneEndpoint& endpoint, std::string name, const CleanupPolicy& policy,
                                   StopToken stop, KnownTypes types)
    : endpoint_(endpoint),
      name_(std::move(name)),
      policy_(policy),
      stop_(std::move(stop)),
      types_(std::move(types)),
      pauses_(first_cleanup_pause, longest_cleanup_pause) {}

http::Request NamespaceCleanup::request() const {
  GetOptions get;
  get.stop = stop_;
  switch (step_) {
    case Step::types:
      return types_to_find_->request();
    case Step::sweep:
      return sweep_->request();
    case Step::wait:
    case Step::read:
      return get_request(endpoint_, namespaces_path(), name_, get);
    case Step::release:
      return release_request(endpoint_, namespaces_path(), *namespace_, stop_);
    case Step::finalize: {
      const std::string path = object_path(namespaces_path("finalize"), name_);
      http::Request request = make_plane_request(endpoint_, "PUT", path);
      request.stop = stop_;
      return http::with_body(std::move(request), codec::encode_finalized(*namespace_), "application/json");
    }
    case Step::mark:
      break;
  }
  DeleteOptions options;
  options.propagation = Propagation::background;
  options.stop = stop_;
  return remove_request(endpoint_, namespaces_path(), name_, options);
}

NamespaceCleanup::Next NamespaceCleanup::take(const Result<ApiResponse>& result) {
  try {
    if (step_ == Step::types) return take_types(result);
    if (step_ == Step::sweep) return take_sweep(result);
  } catch (const DecodeError&) {
    throw;
  } catch (const Error& error) {
    error_ = error.share();
    return std::nullopt;
  }
  return result.ok() ? take_answer(result.value()) : take_error(result.error());
}

NamespaceCleanup::Next NamespaceCleanup::take_answer(const ApiResponse& answer) {
  switch (step_) {
    case Step::mark:
      return take_mark(answer);
    case Step::release:
      return go_to(Step::read);
    case Step::finalize:
      return take_finalized(answer);
    default:
      return take_namespace(answer);
  }
}

NamespaceCleanup::Next NamespaceCleanup::take_error(const ErrorPtr& error) {
  if (is_absent(*error)) {
    result_.existed = result_.existed || after_lost_answer(*error);  // this call may have removed it
    return end_as_gone();
  }
  if (dynamic_cast<const Conflict*>(error.get()) != nullptr) {
    // From a server that refuses to delete what is already being deleted, or a conflict with another writer.
    result_.existed = true;
    // If it cannot even be read, trust the removal in progress.
    if (step_ == Step::read && !namespace_) return end_as_gone();
    return go_to(Step::read, step_ == Step::mark ? Milliseconds{0} : pauses_.next());
  }
  error_ = error;
  return std::nullopt;
}

NamespaceCleanup::Next NamespaceCleanup::take_mark(const ApiResponse& answer) {
  Object object = codec::decode_object(answer.body);
  check_is_deleted(answer, namespaces_path(), name_);
  const bool is_status = object.get<std::string_view>("/kind") == "Status";
  if (!is_status) check_is_object(object, namespaces_path(), name_);
  result_.existed = true;
  if (!is_held(object)) return end_as_gone();
  uid_ = object.uid();
  namespace_ = std::move(object);
  return begin_sweeps();
}

NamespaceCleanup::Next NamespaceCleanup::begin_sweeps() {
  forced_from_ = deadline_after(endpoint_.core->clock().now(), policy_.controller_wait);
  if (types_) return sweep(policy_.controller_wait.count() > 0 ? SweepMode::polite : SweepMode::forced);
  types_to_find_ = std::make_unique<ServedTypes>(endpoint_, stop_);
  return go_to(Step::types);
}

NamespaceCleanup::Next NamespaceCleanup::take_types(const Result<ApiResponse>& result) {
  types_to_find_->take(result);
  if (!types_to_find_->at_end()) return Milliseconds{0};
  types_ = std::make_shared<const std::vector<codec::ServedType>>(types_to_find_->take_types());
  types_to_find_.reset();
  return begin_sweeps();
}

NamespaceCleanup::Next NamespaceCleanup::sweep(SweepMode mode, Milliseconds pause) {
  mode_ = mode;
  sweep_ = std::make_unique<NamespaceSweep>(endpoint_, name_, *types_, mode, policy_.finalizers, stop_);
  if (sweep_->at_end()) return end_of_sweep();
  return go_to(Step::sweep, pause);
}

NamespaceCleanup::Next NamespaceCleanup::take_sweep(const Result<ApiResponse>& result) {
  sweep_->take(result);
  return sweep_->at_end() ? end_of_sweep() : Next(Milliseconds{0});
}

NamespaceCleanup::Next NamespaceCleanup::end_of_sweep() {
  if (mode_ == SweepMode::polite) return go_to(Step::wait);
  if (!sweep_->found()) {
    is_clean_ = true;
    return go_to(Step::read);
  }
  if (!sweep_->held().empty() && !sweep_->changed()) return end_as_held(sweep_->held());
  // The first forced sweep deleted everything; if a later one still finds objects, there is another writer.
  const bool is_first = !std::exchange(was_forced_, true);
  return sweep(SweepMode::forced, is_first ? Milliseconds{0} : pauses_.next());
}

NamespaceCleanup::Next NamespaceCleanup::take_namespace(const ApiResponse& answer) {
  Object object = codec::decode_object(answer.body);
  check_is_object(object, namespaces_path(), name_);
  if (!uid_.empty() && object.uid() != uid_) return end_as_gone();  // and there is another one of that name
  uid_ = object.uid();
  namespace_ = std::move(object);
  if (!is_marked(*namespace_)) return go_to(Step::mark, pauses_.next());
  if (step_ == Step::wait) return wait_or_force();
  if (!is_clean_) return begin_sweeps();
  std::vector<HeldObject> held = held_itself();
  if (!held.empty()) return end_as_held(std::move(held));
  return go_to(namespace_->elements("/metadata/finalizers").empty() ? Step::finalize : Step::release);
}

NamespaceCleanup::Next NamespaceCleanup::wait_or_force() {
  const Milliseconds left = until(forced_from_, endpoint_.core->clock().now());
  if (left.count() == 0) return sweep(SweepMode::forced);
  return go_to(Step::wait, std::min(left, pauses_.next()));
}

NamespaceCleanup::Next NamespaceCleanup::take_finalized(const ApiResponse& answer) {
  const Object object = codec::decode_object(answer.body);
  check_is_object(object, namespaces_path("finalize"), name_);
  if (is_held(object)) return go_to(Step::read, pauses_.next());
  result_.finalized = true;
  return end_as_gone();
}

/// `kubernetes` in spec.finalizers is what finalizing removes; the others are like those of any object.
std::vector<HeldObject> NamespaceCleanup::held_itself() const {
  const FinalizerPolicy of_spec = std::max(policy_.finalizers, FinalizerPolicy::well_known);
  const bool is_free = codec::kept_finalizers(*namespace_, "/metadata/finalizers", policy_.finalizers).empty() &&
                       codec::kept_finalizers(*namespace_, "/spec/finalizers", of_spec).empty();
  if (is_free) return {};
  return {{"v1", "namespaces", {}, name_, what_holds(*namespace_)}};
}

NamespaceCleanup::Next NamespaceCleanup::go_to(Step step, Milliseconds pause) {
  step_ = step;
  return pause;
}

NamespaceCleanup::Next NamespaceCleanup::end_as_gone() {
  result_.gone = true;
  return std::nullopt;
}

NamespaceCleanup::Next NamespaceCleanup::end_as_held(std::vector<HeldObject> held) {
  result_.held = std::move(held);
  return std::nullopt;
}

std::string NamespaceCleanup::progress() const {
  if (!namespace_) return "namespace " + name_ + " has not been marked for deletion yet";
  std::string text = "namespace " + name_ + " is " + what_holds(*namespace_);
  if (!types_) return text + "; the plane's types have not been discovered yet";
  if (is_clean_) return text + "; it is empty";
  if (sweep_ && step_ == Step::sweep) {
    text += "; " + std::to_string(sweep_->types_done()) + " of " + std::to_string(types_->size()) +
            " types have been emptied";
  }
  if (sweep_ && !sweep_->held().empty()) text += "; it still contains: " + describe(sweep_->held());
  return text;
}

namespace {

/// Sends the requests of a cleanup on the calling thread, with retries.
class RemovalCall {
 public:
  RemovalCall(const PlaneEndpoint& endpoint, std::string_view name, const RemoveNamespaceOptions& options)
      : core_(*endpoint.core),
        stops_(core_.stops(options.stop)),
        deadline_(deadline_after(core_.clock().now(), options.timeout.value_or(default_removal_timeout))),
        what_("plane " + endpoint.cluster + ": removing namespace " + std::string(name)),
        cleanup_(endpoint, std::string(name), {options.controller_wait, options.finalizers}, options.stop) {}

  [[nodiscard]] NamespaceRemoval run() {
    std::optional<Milliseconds> pause{0};
    while (pause) {
      if (pause->count() > 0) sleep(*pause);
      pause = take(ask());
    }
    if (cleanup_.error()) cleanup_.error()->raise();
    NamespaceRemoval result = cleanup_.result();
    result.existed = result.existed || retries_.may_be_done();
    return result;
  }

 private:
  void sleep(Milliseconds pause) const {
    const Clock& clock = core_.clock();
    clock.sleep_until(std::min(deadline_, deadline_after(clock.now(), pause)), stops_);
  }

  void check_time() const {
    if (left().count() <= 0) throw TimeoutError(what_ + " timed out; " + cleanup_.progress());
  }

  void check_stop() const {
    if (stops_.stop_requested()) throw StoppedError(what_ + " was stopped; " + cleanup_.progress());
  }

  [[nodiscard]] Milliseconds left() const { return until(deadline_, core_.clock().now()); }

  [[nodiscard]] Result<ApiResponse> ask() {
    check_stop();
    check_time();
    http::Request request = cleanup_.request();
    request.deadline = std::min(request.deadline, deadline_);
    return without_failure(try_send(core_.transport(), std::move(request)));
  }

  [[nodiscard]] std::optional<Milliseconds> take(const Result<ApiResponse>& result) {
    if (!result.ok()) {
      const Error& error = *result.error();
      check_time();
      check_stop();
      retries_.note_error(error, true);
      if (const auto pause = pause_after(error)) return pause;
    }
    retries_.note_answer();
    return cleanup_.take(result);
  }

  /// nullopt: let the cleanup handle the error.
  [[nodiscard]] std::optional<Milliseconds> pause_after(const Error& error) {
    const auto own = retries_.pause_after(error);
    return own ? pause_before_retry(*own, error, left()) : std::nullopt;
  }

  ClientCore& core_;
  const StopTokens stops_;
  const TimePoint deadline_;
  const std::string what_;
  NamespaceCleanup cleanup_;
  RetryState retries_;
};

}  // namespace

void check_removable_namespace(std::string_view name) {
  check_namespace(name);
  if (!is_undeletable_namespace(name)) return;
  throw ConfigError(
      "namespace " + std::string(name) +
      " cannot be removed: servers refuse to delete it. Remove the objects in it instead, for example with "
      "Resource::remove_collection()");
}

NamespaceRemoval remove_namespace(const PlaneEndpoint& endpoint, std::string_view name,
                                  const RemoveNamespaceOptions& options) {
  check_removable_namespace(name);
  return RemovalCall(endpoint, name, options).run();
}

}  // namespace kplane::detail
