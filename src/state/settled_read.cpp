// The interval between reads grows: informers are either milliseconds behind or have just begun to list.
#include "state/settled_read.hpp"

#include <algorithm>
#include <utility>

#include <kplane/error.hpp>

#include "base/excerpt.hpp"
#include "codec/object_list.hpp"
#include "resource/resource_request.hpp"
#include "state/comparison_scope.hpp"
#include "state/type_names.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds first_look_pause{2};
constexpr Milliseconds longest_look_pause{250};
constexpr Milliseconds last_look{1'000};
constexpr std::size_t most_found = 8;  // objects read per look
constexpr std::size_t most_types_named = 10;

bool names(const std::vector<std::string>& resources, const std::string& plural) {
  return resources.empty() || std::find(resources.begin(), resources.end(), plural) != resources.end();
}

std::vector<std::string> types_not_synced(const Snapshot& state, const std::vector<std::string>& resources) {
  std::vector<std::string> types;
  for (const SnapshotResource& resource : state.resources) {
    if (!resource.synced && names(resources, resource.resource)) types.push_back(type_name(resource));
  }
  return types;
}

std::string in_milliseconds(std::chrono::steady_clock::duration time) {
  return std::to_string(std::chrono::duration_cast<Milliseconds>(time).count()) + " ms";
}

}  // namespace

SettlePlan settle_plan(const StateOptions& options) {
  StateOptions read = options;
  read.include_empty = options.include_empty || options.require_synced;
  SettlePlan plan;
  plan.query = state_query(read);
  plan.warm = options.warm || options.require_synced;
  plan.require_synced = options.require_synced;
  check_listed_types(options.listed_types);
  plan.listed = options.listed_types;
  if (options.require_synced) plan.resources = options.resources;
  return plan;
}

SettlePlan settle_plan(const SettleOptions& options, std::shared_ptr<WrittenObjects> log) {
  if (options.quiet.count() < 0) throw ConfigError("SettleOptions::quiet must be 0 ms or more");
  static_cast<void>(ComparisonScope::of(options.digest));  // validates the options
  StateOptions read = options.state;
  read.require_synced = true;
  SettlePlan plan = settle_plan(read);
  plan.log = std::move(log);
  plan.quiet = options.quiet;
  plan.digest = options.digest;
  return plan;
}

SettledRead::SettledRead(const PlaneEndpoint& endpoint, const SettlePlan& plan, TimePoint deadline)
    : endpoint_(&endpoint),
      plan_(&plan),
      deadline_(deadline),
      begun_(endpoint.core->clock().now()),
      pauses_(first_look_pause, longest_look_pause) {
  if (!plan.log) return;
  for (WrittenObject& written : plan.log->of(endpoint.cluster)) {
    if (!asks_for(written)) continue;
    if (written.how == Written::unknown) to_find_.push_back(writes_.size());
    writes_.push_back(std::move(written));
  }
}

bool SettledRead::asks_for(const WrittenObject& written) const { return names(plan_->resources, written.plural); }

http::Request SettledRead::first_request() { return to_find_.empty() ? state_request(begun_) : object_request(); }

std::optional<http::FollowUp> SettledRead::take(Result<http::Response> received) {
  if (!to_find_.empty()) return take_object(std::move(received));
  if (auto next = read_->take(std::move(received))) return http::FollowUp{*std::move(next)};
  return take_state(read_->take_result());
}

// The first look is bounded by the deadline only. The last one starts when that has passed, and must be able to report
// what is missing.
http::Request SettledRead::state_request(TimePoint at) {
  read_at_ = at;
  const TimePoint deadline = looks_ == 0 ? deadline_ : std::max(deadline_, at + last_look);
  read_.emplace(*endpoint_, plan_->query, plan_->warm, deadline, plan_->listed);
  return read_->first_request();
}

http::Request SettledRead::object_request() const {
  const WrittenObject& written = writes_[to_find_.back()];
  http::Request request = get_request(*endpoint_, {written.api_version, written.plural, written.ns}, written.name, {});
  request.deadline = std::max(deadline_, now() + last_look);
  return request;
}

SettledRead::Next SettledRead::take_object(Result<http::Response> received) {
  WrittenObject& written = writes_[to_find_.back()];
  to_find_.pop_back();
  find_out(written, to_result(std::move(received)));
  if (now() >= deadline_) to_find_.clear();  // only one read may exceed the deadline
  if (!to_find_.empty()) return http::FollowUp{object_request()};
  if (!seen_) return http::FollowUp{state_request(now())};
  Snapshot state = *std::move(seen_);
  seen_.reset();
  return look(std::move(state), false);
}

// An answer that shows neither presence nor absence leaves the write unresolved.
void SettledRead::find_out(WrittenObject& written, const Result<ApiResponse>& answer) const {
  if (!answer.ok() && !is_absent(*answer.error())) return;
  if (answer.ok()) {
    try {
      const Object object = codec::decode_object(answer.value().body);
      written.version = object.resource_version();
      written.uid = object.uid();
    } catch (const DecodeError&) {
      return;
    }
  }
  written.how = answer.ok() ? Written::stored : Written::gone;
  plan_->log->resolve(endpoint_->cluster, written);
}

SettledRead::Next SettledRead::take_state(Result<Snapshot> read) {
  const bool is_first = looks_++ == 0;
  if (read.ok()) return look(std::move(read).value(), true);
  const bool is_late = dynamic_cast<const TimeoutError*>(read.error().get()) != nullptr;
  return end(is_late && !is_first ? failure() : read.error());
}

SettledRead::Next SettledRead::look(Snapshot state, bool may_find) {
  if (plan_->require_synced) {
    if (auto error = unknown_type(state)) return end(std::move(error));
    unsynced_ = types_not_synced(state, plan_->resources);
    if (!unsynced_.empty()) return look_again();
  }
  if (!writes_.empty()) {
    unshown_ = unshown_writes(state, writes_);
    if (!unshown_.empty()) return may_find && looks_ >= next_find_ ? find(std::move(state)) : look_again();
  }
  if (plan_->quiet.count() > 0 && !is_quiet(state)) return look_again(same_since_ + plan_->quiet);
  return end(std::move(state));
}

SettledRead::Next SettledRead::look_again(TimePoint at_latest) {
  const TimePoint time = now();
  if (time >= deadline_) return end(failure());
  const TimePoint at = std::min({deadline_, time + pauses_.next(), at_latest});
  return http::FollowUp{state_request(at), at};
}

SettledRead::Next SettledRead::find(Snapshot state) {
  next_find_ *= 2;
  for (const UnshownWrite& unshown : unshown_) {
    if (to_find_.size() == most_found) break;
    if (may_be_overtaken(writes_[unshown.index], unshown)) to_find_.push_back(unshown.index);
  }
  if (to_find_.empty()) return look_again();
  seen_ = std::move(state);
  return http::FollowUp{object_request()};
}

bool SettledRead::is_quiet(const Snapshot& state) {
  const Digest seen = digest(state, plan_->digest);
  if (digest_ == seen) return read_at_ - same_since_ >= plan_->quiet;
  digest_ = seen;
  same_since_ = now();
  return false;
}

// With warm informers and include_empty, an absent type is one without an informer.
ErrorPtr SettledRead::unknown_type(const Snapshot& state) const {
  const auto missing = std::find_if(plan_->resources.begin(), plan_->resources.end(),
                                    [&](const std::string& name) { return state.by_resource(name) == nullptr; });
  if (missing == plan_->resources.end()) return nullptr;
  ApiError::Info info;
  info.status = 404;
  info.message =
      "the state of plane " + endpoint_->cluster + " has no resource type '" + excerpt(*missing) +
      "': it is mistyped, or defined by a CustomResourceDefinition, whose objects states do not include (list them)";
  info.method = "GET";
  info.url = endpoint_->base_url + "/state";
  return std::make_shared<NotFound>(std::move(info));
}

ErrorPtr SettledRead::failure() const {
  const std::string time = in_milliseconds(now() - begun_);
  const std::string of_plane = " of plane " + endpoint_->cluster;
  if (!unsynced_.empty()) {
    return std::make_shared<NotSynced>("after " + time + " the server had not finished listing " +
                                           list_of_types(unsynced_, most_types_named) + of_plane +
                                           ", so its state is unknown; wait longer",
                                       unsynced_);
  }
  if (!unshown_.empty()) {
    return std::make_shared<TimeoutError>("after " + time + " the state" + of_plane + " did not show " +
                                          std::to_string(unshown_.size()) + " of " + std::to_string(writes_.size()) +
                                          " logged objects as written: " + describe(writes_, unshown_));
  }
  return std::make_shared<TimeoutError>("after " + time + " the state" + of_plane +
                                        " was still changing: it was never unchanged for " +
                                        in_milliseconds(plan_->quiet) + " (SettleOptions::quiet)");
}

SettledRead::Next SettledRead::end(Result<Snapshot> result) {
  result_ = std::move(result);
  return std::nullopt;
}

Snapshot read_settled(const PlaneEndpoint& endpoint, const SettlePlan& plan, const StateOptions& options) {
  ClientCore& core = *endpoint.core;
  const StopTokens stops = core.stops(options.stop);
  SettledRead read(endpoint, plan, core.deadline(options.timeout));
  http::FollowUp next{read.first_request()};
  for (;;) {
    next.request.stop = options.stop;
    std::optional<http::FollowUp> follow_up = read.take(core.transport().send(std::move(next.request)));
    if (!follow_up) return read.take_result().value_or_raise();
    next = *std::move(follow_up);
    if (next.at > core.clock().now()) core.clock().sleep_until(next.at, stops);
  }
}

}  // namespace kplane::detail
