// Which path is asked first is remembered per client; a 404 asks the other one, once.
#include "state_read.hpp"

#include <utility>

#include "codec/state.hpp"
#include "expected_answer.hpp"
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
  if (options.warm) add("warm=true");
  return query;
}

StateRead::StateRead(const PlaneTarget& target, std::string query, std::chrono::milliseconds timeout)
    : target_(&target), query_(std::move(query)), timeout_(timeout), outline_(codec::begin_state_outline()) {}

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
    Next next =
        codec::decode_state(answer.body, http::find_header(answer.headers, "X-Snapshot-Time"), std::move(outline_));
    check_is_state_of(target_->cluster, std::get<Snapshot>(next).cluster, url_);
    return next;
  } catch (const DecodeError& error) {
    AnswerOrError told = without_failure(answer, "GET", url_);
    if (auto* failure = std::get_if<std::shared_ptr<const Error>>(&told)) return std::move(*failure);
    return error.share();
  }
}

StateRead::Next StateRead::take_error(std::shared_ptr<const Error> error) {
  if (dynamic_cast<const NotFound*>(error.get()) == nullptr) return error;
  if (first_miss_) return first_miss_;
  first_miss_ = std::move(error);
  return request(other(asked_));
}

http::Request StateRead::request(StatePath path) {
  asked_ = path;
  url_ = target_->base_url + (path == StatePath::state ? "/state" : "/snapshot") + query_;
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
  StateRead read(target, state_query(options), timeout);
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
