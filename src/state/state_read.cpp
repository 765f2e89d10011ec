// The client remembers which path to try first; a 404 tries the other one, once.
#include "state/state_read.hpp"

#include <algorithm>
#include <utility>

#include "codec/state.hpp"
#include "resource/expected_answer.hpp"
#include "resource/resource_path.hpp"
#include "session/validation.hpp"
#include "state/state_text.hpp"

namespace kplane::detail {

namespace {

StatePath other(StatePath path) noexcept { return path == StatePath::state ? StatePath::snapshot : StatePath::state; }

}  // namespace

std::string state_query(const StateOptions& options) {
  std::string query;
  const auto add = [&query](std::string_view parameter) { (query += query.empty() ? '?' : '&') += parameter; };
  std::string resources;
  for (const std::string& resource : options.resources) {
    check_resource_name(resource);
    resources += (resources.empty() ? "resource=" : ",") + resource;
  }
  if (!resources.empty()) add(resources);
  if (options.include_empty) add("includeEmpty=true");
  return query;
}

void check_listed_types(const std::vector<ListedType>& types) {
  for (const ListedType& type : types) static_cast<void>(make_resource_path(type.api_version, type.plural));
}

StateRead::StateRead(const PlaneEndpoint& endpoint, std::string query, bool warm, TimePoint deadline,
                     const std::vector<ListedType>& listed)
    : endpoint_(&endpoint),
      query_(std::move(query)),
      warm_(warm),
      deadline_(deadline),
      outline_(codec::begin_state_outline()) {
  for (const ListedType& type : listed) lists_.emplace_back(endpoint, type);
  std::reverse(lists_.begin(), lists_.end());
}

http::Request StateRead::first_request() { return request(endpoint_->core->state_path()); }

StateRead::Next StateRead::take(Result<http::Response> received) {
  const Result<ApiResponse> result = to_result(std::move(received));
  if (state_) return take_list(without_failure(result));
  if (!result.ok()) return take_error(result.error());
  if (first_miss_) endpoint_->core->remember_state_path(asked_);
  return decode(result.value());
}

StateRead::Next StateRead::decode(const ApiResponse& answer) {
  try {
    const auto time = http::find_header(answer.headers, "X-Snapshot-Time");
    Snapshot snapshot = codec::decode_state(answer.body, time, std::move(outline_));
    const bool is_root = endpoint_->base_url == endpoint_->core->base_url();  // whatever its name
    if (!is_root) check_is_state_of(endpoint_->cluster, snapshot.cluster, answer);
    return settle_warmth(std::move(snapshot));
  } catch (const DecodeError& error) {
    const Result<ApiResponse> told = without_failure(answer);
    return end(told.ok() ? error.share() : told.error());
  }
}

// One warm read warms all planes of a server, until it restarts (contract §10).
StateRead::Next StateRead::settle_warmth(Snapshot snapshot) {
  if (!warm_) return begin_lists(std::move(snapshot));
  WarmMemory& server = endpoint_->core->warm();
  if (asked_warm_) {
    server.remember(snapshot.live_resources);
    return begin_lists(std::move(snapshot));
  }
  if (!server.is_lost(snapshot.live_resources)) return begin_lists(std::move(snapshot));
  outline_ = codec::begin_state_outline();
  return request(asked_);
}

StateRead::Next StateRead::begin_lists(Snapshot state) {
  if (lists_.empty()) return end(std::move(state));
  state_ = std::move(state);
  return next_list();
}

StateRead::Next StateRead::next_list() {
  if (lists_.empty()) return end(with_types(*std::move(state_), std::move(read_)));
  http::Request request = lists_.back().request();
  request.deadline = deadline_;
  return request;
}

StateRead::Next StateRead::take_list(const Result<ApiResponse>& result) {
  try {
    if (lists_.back().take(result)) return next_list();
  } catch (const Error& error) {
    return end(error.share());
  }
  read_.push_back(lists_.back().take_type());
  lists_.pop_back();
  return next_list();
}

StateRead::Next StateRead::take_error(ErrorPtr error) {
  if (dynamic_cast<const NotFound*>(error.get()) == nullptr) return end(std::move(error));
  if (first_miss_) return end(first_miss_);
  first_miss_ = std::move(error);
  return request(other(asked_));
}

StateRead::Next StateRead::end(Result<Snapshot> result) {
  result_ = std::move(result);
  return std::nullopt;
}

http::Request StateRead::request(StatePath path) {
  asked_ = path;
  asked_warm_ = warm_ && !endpoint_->core->warm().is_warm();
  std::string url = endpoint_->base_url + (path == StatePath::state ? "/state" : "/snapshot") + query_;
  if (asked_warm_) url += query_.empty() ? "?warm=true" : "&warm=true";
  http::Request request = endpoint_->core->make_request("GET", std::move(url));
  request.credentials = endpoint_->credentials;
  request.deadline = deadline_;
  request.body_watcher = this;
  outline_.restart(0);
  return request;
}

Snapshot read_state(const PlaneEndpoint& endpoint, const StateOptions& options) {
  ClientCore& core = *endpoint.core;
  StateRead read(endpoint, state_query(options), options.warm, core.deadline(options.timeout), options.listed_types);
  http::Request request = read.first_request();
  for (;;) {
    request.stop = options.stop;
    std::optional<http::Request> next = read.take(core.transport().send(std::move(request)));
    if (!next) return read.take_result().value_or_raise();
    request = *std::move(next);
  }
}

}  // namespace kplane::detail
