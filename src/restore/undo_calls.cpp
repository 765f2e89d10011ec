#include "restore/undo_calls.hpp"

#include <algorithm>

#include "codec/finalizers.hpp"
#include "codec/object_list.hpp"
#include "json/content_diff.hpp"
#include "json/object_access.hpp"
#include "manifest/definition_wait.hpp"
#include "resource/expected_answer.hpp"
#include "resource/pending_deletion.hpp"
#include "resource/resource_request.hpp"
#include "restore/sent_object.hpp"
#include "restore/type_name.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds first_undo_pause{20};
constexpr Milliseconds longest_undo_pause{500};
// The server itself removes the objects of a CRD first, and checks every five seconds whether they are gone.
constexpr Milliseconds longest_definition_cleanup{15'000};
constexpr int most_waits = 30;  // for a type that was just defined
constexpr TypeName service_type{"", "services"};

bool is_definition(const ResourcePath& path) noexcept { return type_name_of(path) == definition_type; }

bool is_status_pointer(const std::string& pointer) {
  return pointer == "/status" || pointer.compare(0, 8, "/status/") == 0;
}

std::vector<std::string> differences(const UndoContext& context, const Object& kept, const Object& stored) {
  return kplane::json::content_diff({ObjectAccess::document(kept), kept.raw()},
                                    {ObjectAccess::document(stored), stored.raw()}, context.answers.fields());
}

ErrorPtr stored_otherwise(const ResourcePath& path, const std::string& name, const std::string& pointer) {
  return std::make_shared<Error>("the server stored " + path.plural + ' ' + name + " with a different " + pointer);
}

ErrorPtr still_held(const std::vector<HeldObject>& held) {
  return std::make_shared<Error>("it cannot be removed: " +
                                 (held.empty() ? "it still exists" : detail::describe(held)));
}

WriteOptions write_options(const UndoContext& context) {
  WriteOptions options;
  options.field_manager = context.options.field_manager;
  return options;
}

ErrorPtr not_established(const std::string& name) {
  return std::make_shared<Error>("the type of CustomResourceDefinition " + name +
                                 " is not served: its condition Established did not become True");
}

/// The contents of the namespace were removed before. If finalizers may hold some of them, all types are swept once
/// more (nullptr: discover them), because a namespace that is finalized before it is empty hides its contents.
KnownTypes types_to_sweep(FinalizerPolicy finalizers) {
  return finalizers == FinalizerPolicy::all ? std::make_shared<const TypeList>() : nullptr;
}

http::Request put_request(const UndoContext& context, const KeptObject& kept, bool is_status, const Object& present) {
  ResourcePath path = kept.path;
  if (is_status) path.subresource = "status";
  return replace_request(context.endpoint, SentObject(path, kept.name()),
                         encode_replacement(kept.object, kept.type, present), write_options(context));
}

}  // namespace

http::Request UndoCall::request() { return next_request(); }

std::optional<Milliseconds> UndoCall::take(Result<http::Response> received) {
  return take_result(without_failure(to_result(std::move(received))));
}

std::optional<Milliseconds> UndoCall::take_result(const Result<ApiResponse>& result) {
  try {
    return take_answer(result);
  } catch (const Error& error) {
    return fail(error.share());
  }
}

RemoveCall::RemoveCall(const UndoContext& context, ResourcePath path, const Object& object)
    : UndoCall(context), path_(std::move(path)), name_(object.name()), uid_(object.uid()) {}

http::Request RemoveCall::next_request() {
  if (step_ == Step::linger) return lingering_->request();
  if (step_ == Step::release) return release_request(context().endpoint, path_, *object_, {});
  DeleteOptions options;
  options.propagation = Propagation::background;  // otherwise a Job would stay
  options.grace_period = std::chrono::seconds{0};
  options.uid = uid_;
  return remove_request(context().endpoint, path_, name_, options);
}

RemoveCall::Next RemoveCall::take_answer(const Result<ApiResponse>& result) {
  if (step_ == Step::linger) return take_linger(result);
  if (!result.ok()) {
    const Error& error = *result.error();
    if (is_absent(error) || is_unserved(error)) return done();
    const bool is_conflict = dynamic_cast<const Conflict*>(&error) != nullptr;
    if (is_conflict && step_ == Step::release) return linger();
    return is_conflict ? done() : fail(result.error());  // another object has its name: the next read will show it
  }
  const ApiResponse& answer = result.value();
  if (step_ == Step::remove) check_is_deleted(answer, path_, name_);
  if (is_empty(answer)) return done();
  return take_held(answer);
}

RemoveCall::Next RemoveCall::take_held(const ApiResponse& answer) {
  Object object = codec::decode_object(answer.body);
  if (!is_held(object)) return done();
  const FinalizerPolicy policy = context().options.finalizers;
  const bool may_release = step_ == Step::remove && !is_definition(path_) &&
                           !object.elements("/metadata/finalizers").empty() &&
                           codec::kept_finalizers(object, "/metadata/finalizers", policy).empty();
  uid_ = object.uid();
  object_ = std::move(object);
  if (!may_release) return linger();
  step_ = Step::release;
  return Milliseconds{0};
}

RemoveCall::Next RemoveCall::linger() {
  step_ = Step::linger;
  const TimePoint now = context().endpoint.core->clock().now();
  const TimePoint forced_from = is_definition(path_) ? deadline_after(now, longest_definition_cleanup) : now;
  lingering_ = std::make_unique<LingeringCleanup>(
      context().endpoint, path_, LingeringObject{name_, uid_, !is_definition(path_)},
      CleanupPolicy{Milliseconds{0}, context().options.finalizers}, forced_from, StopToken());
  return is_definition(path_) ? first_undo_pause : Milliseconds{0};
}

RemoveCall::Next RemoveCall::take_linger(const Result<ApiResponse>& result) {
  if (const Next pause = lingering_->take(result)) return pause;
  if (lingering_->error()) return fail(lingering_->error());
  return lingering_->gone() ? done() : fail(still_held(lingering_->held()));
}

RemoveNamespaceCall::RemoveNamespaceCall(const UndoContext& context, std::string name)
    : UndoCall(context),
      cleanup_(context.endpoint, std::move(name), {Milliseconds{0}, context.options.finalizers}, StopToken(),
               types_to_sweep(context.options.finalizers)) {}

RemoveNamespaceCall::Next RemoveNamespaceCall::take_answer(const Result<ApiResponse>& result) {
  if (const Next pause = cleanup_.take(result)) return pause;
  if (cleanup_.error()) return fail(cleanup_.error());
  return cleanup_.gone() ? done() : fail(still_held(cleanup_.held()));
}

CreateCall::CreateCall(const UndoContext& context, KeptObject kept)
    : UndoCall(context),
      kept_(std::move(kept)),
      text_(encode_created(kept_.object, kept_.type)),
      waits_(first_undo_pause, longest_undo_pause) {}

http::Request CreateCall::next_request() {
  if (step_ == Step::look) return get_request(context().endpoint, kept_.path, kept_.name(), {});
  if (step_ == Step::status) return put_request(context(), kept_, true, *made_);
  return create_request(context().endpoint, SentObject(kept_.path, kept_.name()), text_, write_options(context()));
}

CreateCall::Next CreateCall::take_answer(const Result<ApiResponse>& result) {
  return result.ok() ? take_object(result.value()) : take_error(result.error());
}

CreateCall::Next CreateCall::take_error(const ErrorPtr& error) {
  if (step_ != Step::create) return fail(error);
  const bool may_be_served_soon = kept_.path.api_version.find('.') != std::string::npos && is_unserved(*error);
  if (may_be_served_soon && ++waited_ <= most_waits) return waits_.next();
  const bool may_be_address =
      type_name_of(kept_.path) == service_type && dynamic_cast<const Invalid*>(error.get()) != nullptr;
  if (!may_be_address || std::exchange(is_without_addresses_, true)) return fail(error);
  text_ = without_addresses(text_);
  return Milliseconds{0};
}

CreateCall::Next CreateCall::take_object(const ApiResponse& answer) {
  const Object object = codec::decode_object(answer.body);
  check_is_object(object, kept_.path, kept_.name());
  if (is_definition(kept_.path)) {
    step_ = Step::look;
    if (is_established(object)) return done();
    return ++waited_ <= most_waits ? Next(waits_.next()) : fail(not_established(kept_.name()));
  }
  const std::vector<std::string> left = differences(context(), kept_.object, object);
  if (left.empty()) return done();
  const auto other = std::find_if_not(left.begin(), left.end(), is_status_pointer);
  const bool may_write_status = kept_.type.has_status && step_ == Step::create;
  if (other == left.end() && may_write_status) {
    step_ = Step::status;
    made_ = object;
    return Milliseconds{0};
  }
  return fail(stored_otherwise(kept_.path, kept_.name(), other == left.end() ? left.front() : *other));
}

RecreateCall::RecreateCall(const UndoContext& context, KeptObject kept, const Object& present)
    : UndoCall(context), remove_(context, kept.path, present), create_(context, std::move(kept)) {}

http::Request RecreateCall::next_request() { return is_removed_ ? create_.request() : remove_.request(); }

RecreateCall::Next RecreateCall::take_answer(const Result<ApiResponse>& result) {
  UndoCall& call = is_removed_ ? static_cast<UndoCall&>(create_) : remove_;
  if (const Next pause = call.take_result(result)) return pause;
  if (call.error()) return fail(call.error());
  return std::exchange(is_removed_, true) ? done() : Next(Milliseconds{0});
}

ReplaceCall::ReplaceCall(const UndoContext& context, KeptObject kept, Object present,
                         const std::vector<std::string>& pointers)
    : UndoCall(context),
      kept_(std::move(kept)),
      present_(std::move(present)),
      is_status_(kept_.type.has_status && std::all_of(pointers.begin(), pointers.end(), is_status_pointer)) {}

http::Request ReplaceCall::next_request() {
  return recreate_ ? recreate_->request() : put_request(context(), kept_, is_status_, present_);
}

ReplaceCall::Next ReplaceCall::take_answer(const Result<ApiResponse>& result) {
  if (recreate_) {
    if (const Next pause = recreate_->take_result(result)) return pause;
    return recreate_->error() ? fail(recreate_->error()) : done();
  }
  if (!result.ok()) {
    const bool is_immutable = dynamic_cast<const Invalid*>(result.error().get()) != nullptr;
    if (!is_immutable || !can_be_made_again()) return fail(result.error());
    recreate_ = std::make_unique<RecreateCall>(context(), kept_, present_);
    return Milliseconds{0};
  }
  const Object object = codec::decode_object(result.value().body);
  check_is_object(object, kept_.path, kept_.name());
  const std::vector<std::string> left = differences(context(), kept_.object, object);
  if (left.empty()) return done();
  present_ = object;
  const auto other = std::find_if_not(left.begin(), left.end(), is_status_pointer);
  const bool is_turn_of_status = other == left.end() && kept_.type.has_status && !is_status_;
  if (!is_turn_of_status) {
    return fail(stored_otherwise(kept_.path, kept_.name(), other == left.end() ? left.front() : *other));
  }
  is_status_ = true;
  return Milliseconds{0};
}

/// Recreating a namespace or a type would lose its contents.
bool ReplaceCall::can_be_made_again() const noexcept {
  return !is_definition(kept_.path) && !(type_name_of(kept_.path) == namespace_type);
}

}  // namespace kplane::detail
