#include "cleanup/lingering_cleanup.hpp"

#include <algorithm>
#include <utility>

#include "codec/finalizers.hpp"
#include "codec/object_list.hpp"
#include "resource/expected_answer.hpp"
#include "resource/pending_deletion.hpp"
#include "resource/resource_request.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds first_check_pause{20};
constexpr Milliseconds longest_check_pause{1'000};
constexpr int most_releases = 5;  // each was beaten by another writer

}  // namespace

LingeringCleanup::LingeringCleanup(const PlaneEndpoint& endpoint, ResourcePath path, LingeringObject object,
                                   const CleanupPolicy& policy, TimePoint forced_from, StopToken stop)
    : endpoint_(endpoint),
      path_(std::move(path)),
      name_(std::move(object.name)),
      uid_(std::move(object.uid)),
      goes_with_its_type_(object.goes_with_its_type),
      policy_(policy),
      forced_from_(forced_from),
      stop_(std::move(stop)),
      looks_(first_check_pause, longest_check_pause) {}

http::Request LingeringCleanup::request() const {
  if (step_ == Step::remove) {
    DeleteOptions options;
    options.propagation = Propagation::background;
    options.grace_period = std::chrono::seconds{0};
    options.uid = object_->uid();
    options.stop = stop_;
    return remove_request(endpoint_, path_, name_, options);
  }
  if (step_ == Step::release) return release_request(endpoint_, path_, *object_, stop_);
  GetOptions options;
  options.stop = stop_;
  return get_request(endpoint_, path_, name_, options);
}

LingeringCleanup::Next LingeringCleanup::take(const Result<ApiResponse>& result) {
  if (!result.ok() && tells_that_it_is_gone(*result.error())) {
    gone_ = true;
    return std::nullopt;
  }
  const bool is_look = std::exchange(step_, Step::look) == Step::look;
  const bool is_conflict = dynamic_cast<const Conflict*>(result.error().get()) != nullptr;
  if (!is_look && (result.ok() || is_conflict)) return Milliseconds{0};
  if (result.ok()) return take_look(result.value());
  error_ = result.error();
  return std::nullopt;
}

bool LingeringCleanup::tells_that_it_is_gone(const Error& error) const noexcept {
  return is_absent(error) || (goes_with_its_type_ && is_unserved(error));
}

LingeringCleanup::Next LingeringCleanup::take_look(const ApiResponse& answer) {
  Object object = codec::decode_object(answer.body);
  check_is_object(object, path_, name_);
  const bool is_another = (!uid_.empty() && object.uid() != uid_) || !is_marked(object);
  if (is_another) {
    gone_ = true;
    return std::nullopt;
  }
  object_ = std::move(object);
  const Milliseconds left = until(forced_from_, endpoint_.core->clock().now());
  if (left.count() == 0) return force();
  return std::min(left, looks_.next());
}

LingeringCleanup::Next LingeringCleanup::force() {
  if (path_.plural == "customresourcedefinitions") return std::nullopt;
  const bool has_finalizers = !object_->elements("/metadata/finalizers").empty();
  const bool may_release =
      has_finalizers && codec::kept_finalizers(*object_, "/metadata/finalizers", policy_.finalizers).empty();
  const bool has_grace = object_->get<std::int64_t>("/metadata/deletionGracePeriodSeconds").value_or(0) > 0;
  if (has_grace && !std::exchange(was_removed_, true)) {
    step_ = Step::remove;
    return Milliseconds{0};
  }
  if (!may_release || ++releases_ > most_releases) return std::nullopt;
  step_ = Step::release;
  return Milliseconds{0};
}

std::string LingeringCleanup::progress() const {
  return object_ ? path_.plural + ' ' + name_ + " is " + what_holds(*object_) : std::string();
}

std::vector<HeldObject> LingeringCleanup::held() const {
  if (!object_ || gone_) return {};
  return {{path_.api_version, path_.plural, path_.ns, name_, what_holds(*object_)}};
}

}  // namespace kplane::detail
