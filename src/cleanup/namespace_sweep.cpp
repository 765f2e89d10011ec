// For each type: list, delete the collection, list what is left, and delete each object or clear its finalizers.
#include "cleanup/namespace_sweep.hpp"

#include <utility>

#include "codec/finalizers.hpp"
#include "codec/object_list.hpp"
#include "resource/pending_deletion.hpp"
#include "resource/resource_request.hpp"
#include "resource/served_types.hpp"

namespace kplane::detail {

namespace {

constexpr std::size_t most_held = 100;
constexpr int method_not_allowed = 405;
constexpr int most_expiries = 5;  // of the list of one type

bool is_not_allowed(const Error& error) noexcept {
  const auto* api = dynamic_cast<const ApiError*>(&error);
  return api != nullptr && api->status() == method_not_allowed;
}

}  // namespace

NamespaceSweep::NamespaceSweep(const PlaneEndpoint& endpoint, std::string ns,
                               const std::vector<codec::ServedType>& types, SweepMode mode, FinalizerPolicy finalizers,
                               StopToken stop)
    : endpoint_(endpoint),
      ns_(std::move(ns)),
      types_(types),
      mode_(mode),
      finalizers_(finalizers),
      stop_(std::move(stop)) {}

http::Request NamespaceSweep::request() const {
  if (step_ == Step::change) return change_of(unchanged_.front());
  ListOptions list;
  list.stop = stop_;
  if (step_ == Step::remove_all) return remove_collection_request(endpoint_, path(), {}, delete_options());
  if (step_ == Step::list) return list_request(endpoint_, *cursor_, list);
  list.limit = 1;
  return list_request(endpoint_, list_cursor(endpoint_, path(), list), list);
}

void NamespaceSweep::take(const Result<ApiResponse>& result) {
  if (!result.ok()) return take_error(*result.error());
  const ApiResponse& answer = result.value();
  switch (step_) {
    case Step::look:
      return take_look(answer);
    case Step::remove_all:
      // What is left need not be listed before the controllers have had their time.
      return mode_ == SweepMode::polite ? next_type() : begin_list();
    case Step::list:
      return take_page(answer);
    case Step::change:
      unchanged_.pop_front();
      return go_on_with_list();
  }
}

void NamespaceSweep::take_error(const Error& error) {
  if (step_ == Step::change) {
    // It is gone, or somebody else changed it: the next sweep will see which.
    const bool may_be =
        dynamic_cast<const NotFound*>(&error) != nullptr || dynamic_cast<const Conflict*>(&error) != nullptr;
    if (!may_be) error.raise();
    unchanged_.pop_front();
    return go_on_with_list();
  }
  // Types come and go with their definitions, and a plane's discovery may list groups of the root plane (contract §10).
  const bool may_go_unserved = !is_built_in(types_[type_].api_version);
  if (dynamic_cast<const NotFound*>(&error) != nullptr && may_go_unserved) return next_type();
  const bool is_expired = dynamic_cast<const Expired*>(&error) != nullptr && step_ == Step::list;
  if (is_expired && ++expiries_ <= most_expiries) return begin_list();
  if (!is_not_allowed(error) || step_ != Step::remove_all) error.raise();
  begin_list();
}

void NamespaceSweep::take_look(const ApiResponse& answer) {
  const codec::ObjectPage page = codec::decode_object_list(answer.body);
  if (page.objects.empty() && page.continue_token.empty()) return next_type();
  found_ = true;
  if (!types_[type_].has_collection_delete) return begin_list();
  step_ = Step::remove_all;
}

void NamespaceSweep::take_page(const ApiResponse& answer) {
  codec::ObjectPage page = codec::decode_object_list(answer.body);
  cursor_->take_page(page.objects.size(), std::move(page.continue_token), answer.body->text().size());
  for (const Object& object : page.objects) deal_with(object);
  go_on_with_list();
}

void NamespaceSweep::deal_with(const Object& object) {
  const bool is_deleted = is_marked(object);
  if (mode_ == SweepMode::polite && is_deleted) return;
  const bool is_kept = !codec::kept_finalizers(object, "/metadata/finalizers", finalizers_).empty();
  if (is_deleted && is_kept) {
    if (held_.size() < most_held) {
      held_.push_back(
          {types_[type_].api_version, types_[type_].plural, ns_, std::string(object.name()), what_holds(object)});
    }
    return;
  }
  changed_ = true;
  unchanged_.push_back(object);
}

http::Request NamespaceSweep::change_of(const Object& object) const {
  if (is_marked(object) && !object.elements("/metadata/finalizers").empty()) {
    return release_request(endpoint_, path(), object, stop_);
  }
  DeleteOptions options = delete_options();
  options.uid = object.uid();
  return remove_request(endpoint_, path(), object.name(), options);
}

void NamespaceSweep::begin_list() {
  unchanged_.clear();
  cursor_ = std::make_unique<ListCursor>(list_cursor(endpoint_, path(), {}));
  step_ = Step::list;
}

void NamespaceSweep::go_on_with_list() {
  if (!unchanged_.empty()) {
    step_ = Step::change;
  } else if (cursor_->at_end()) {
    next_type();
  } else {
    step_ = Step::list;
  }
}

void NamespaceSweep::next_type() {
  ++type_;
  expiries_ = 0;
  step_ = Step::look;
  cursor_.reset();
  unchanged_.clear();
}

ResourcePath NamespaceSweep::path() const { return {types_[type_].api_version, types_[type_].plural, ns_}; }

DeleteOptions NamespaceSweep::delete_options() const {
  DeleteOptions options;
  options.propagation = Propagation::background;  // otherwise a Job would stay
  if (mode_ == SweepMode::forced) options.grace_period = std::chrono::seconds{0};
  options.stop = stop_;
  return options;
}

}  // namespace kplane::detail
