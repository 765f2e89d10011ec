// Which path is asked first is remembered per client; a 404 asks the other one, once.
#include "state_read.hpp"

#include <utility>

#include "codec/state.hpp"
#include "validation.hpp"

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

StateRead::StateRead(const PlaneTarget& target, std::string query, bool warm, std::chrono::milliseconds timeout)
    : target_(&target),
      query_(std::move(query)),
      warm_(warm),
      timeout_(timeout),
      outline_(codec::begin_state_outline()) {}

http::Request StateRead::first_request() { return request(target_->core->state_path()); }

StateRead::Next StateRead::take(http::Outcome outcome) {
  AnswerOrError judged = judge(std::move(outcome), "GET", url_);
  const auto* answer = std::get_if<Answer>(&judged);
  if (answer == nullptr) return take_error(std::get<std::shared_ptr<const Error>>(std::move(judged)));
  if (first_miss_) target_->core->remember_state_path(asked_);
  return decode(*answer);
}

StateRead::Next StateRead::decode(const Answer& answer) {
  try {
    const auto time = http::find_header(answer.headers, "X-Snapshot-Time");
    return settle_warmth(codec::decode_state(answer.body, time, std::move(outline_)));
  } catch (const DecodeError& error) {
    return error.share();
  }
}

// One warm read warms all planes of a server, until it restarts (contract §10).
StateRead::Next StateRead::settle_warmth(Snapshot snapshot) {
  if (!warm_) return Next(std::move(snapshot));
  WarmMemory& server = target_->core->warm();
  if (asked_warm_) {
    server.remember(snapshot.live_resources);
    return Next(std::move(snapshot));
  }
  if (!server.is_lost(snapshot.live_resources)) return Next(std::move(snapshot));
  outline_ = codec::begin_state_outline();
  return request(asked_);
}

StateRead::Next StateRead::take_error(std::shared_ptr<const Error> error) {
  if (dynamic_cast<const NotFound*>(error.get()) == nullptr) return error;
  if (first_miss_) return first_miss_;
  first_miss_ = std::move(error);
  return request(other(asked_));
}

http::Request StateRead::request(StatePath path) {
  asked_ = path;
  asked_warm_ = warm_ && !target_->core->warm().is_warm();
  url_ = target_->base_url + (path == StatePath::state ? "/state" : "/snapshot") + query_;
  if (asked_warm_) url_ += query_.empty() ? "?warm=true" : "&warm=true";
  http::Request request = target_->core->make_request("GET", url_);
  request.credentials = target_->credentials;
  request.timeout = timeout_;
  request.body_watcher = this;
  outline_.restart(0);
  return request;
}

Snapshot read_state(const PlaneTarget& target, const StateOptions& options) {
  ClientCore& core = *target.core;
  const auto timeout = options.timeout.value_or(core.options().request_timeout);
  const http::TimePoint deadline = http::deadline_after(core.clock().now(), timeout);
  StateRead read(target, state_query(options), options.warm, timeout);
  http::Request request = read.first_request();
  for (;;) {
    request.timeout = http::until(deadline, core.clock().now());
    request.stop = options.stop;
    StateRead::Next next = read.take(core.transport().send(std::move(request)));
    if (auto* snapshot = std::get_if<Snapshot>(&next)) return std::move(*snapshot);
    if (const auto* error = std::get_if<std::shared_ptr<const Error>>(&next)) (*error)->raise();
    request = std::get<http::Request>(std::move(next));
  }
}

}  // namespace kplane::detail
