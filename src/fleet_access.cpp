// REST on `/apis/kplane.dev/v1/fleets` of the root plane.
#include "fleet_access.hpp"

#include <utility>

#include "codec/delete_options.hpp"
#include "expected_answer.hpp"
#include "http/url.hpp"
#include "list_cursor.hpp"

namespace kplane::detail {

namespace {

std::string fleet_url(const ClientCore& core, std::string_view name) {
  return fleets_url(core) + '/' + http::escape(name);
}

/// Says what a plain 404 of a Fleet path means (contract §5).
std::shared_ptr<const Error> explained(const std::shared_ptr<const Error>& error) {
  if (!is_unserved(*error)) return error;
  const auto& missing = static_cast<const NotFound&>(*error);
  ApiError::Info info;
  info.status = missing.status();
  info.message =
      "the server does not serve Fleets (yet): it installs their CRD a little after it starts. "
      "Client::wait_until_ready() waits for that";
  info.audit_id = missing.audit_id();
  info.method = missing.method();
  info.url = missing.url();
  return std::make_shared<NotFound>(std::move(info));
}

AnswerOrError exchange(ClientCore& core, http::Request request) {
  const std::string method = request.method;
  const std::string url = request.url;
  AnswerOrError judged = without_failure(try_send(core.transport(), std::move(request)), method, url);
  if (auto* error = std::get_if<std::shared_ptr<const Error>>(&judged)) *error = explained(*error);
  return judged;
}

Answer exchange_or_throw(ClientCore& core, http::Request request) {
  AnswerOrError judged = exchange(core, std::move(request));
  if (const auto* error = std::get_if<std::shared_ptr<const Error>>(&judged)) (*error)->raise();
  return std::get<Answer>(std::move(judged));
}

}  // namespace

std::string fleets_url(const ClientCore& core) { return core.base_url() + "/apis/kplane.dev/v1/fleets"; }

Fleet FleetAccess::make(std::shared_ptr<ClientCore> core, FleetRecord record) {
  return Fleet(std::move(core), std::make_shared<const FleetRecord>(std::move(record)));
}

FleetRecord create_fleet(ClientCore& core, std::string_view name, const FleetSpec& spec) {
  http::Request request =
      http::with_body(core.make_request("POST", fleets_url(core)), codec::encode_fleet(name, spec), "application/json");
  return codec::decode_fleet(exchange_or_throw(core, std::move(request)).body);
}

FleetRecord get_fleet(ClientCore& core, std::string_view name, std::chrono::milliseconds timeout,
                      const StopToken& stop) {
  http::Request request = core.make_request("GET", fleet_url(core, name));
  request.stop = stop;
  request.timeout = timeout;
  return codec::decode_fleet(exchange_or_throw(core, std::move(request)).body);
}

std::optional<FleetRecord> find_fleet(ClientCore& core, std::string_view name) {
  const AnswerOrError judged = exchange(core, core.make_request("GET", fleet_url(core, name)));
  if (const auto* answer = std::get_if<Answer>(&judged)) return codec::decode_fleet(answer->body);
  const Error& error = *std::get<std::shared_ptr<const Error>>(judged);
  if (!is_absent(error)) error.raise();
  return std::nullopt;
}

std::vector<FleetRecord> list_fleets(ClientCore& core) {
  std::vector<FleetRecord> all;
  ListCursor cursor(fleets_url(core), {{"limit", std::string(ListCursor::usual_limit)}});
  do {
    const Answer answer = exchange_or_throw(core, core.make_request("GET", cursor.url()));
    codec::FleetPage page = codec::decode_fleet_list(answer.body);
    cursor.take_page(page.fleets.size(), std::move(page.continue_token));
    for (FleetRecord& fleet : page.fleets) all.push_back(std::move(fleet));
  } while (!cursor.at_end());
  return all;
}

FleetRecord scale_fleet(ClientCore& core, std::string_view name, std::int32_t replicas) {
  http::Request request = http::with_body(core.make_request("PATCH", fleet_url(core, name)),
                                          codec::encode_scale(replicas), "application/merge-patch+json");
  request.idempotent = true;  // setting a number twice sets that number
  return codec::decode_fleet(exchange_or_throw(core, std::move(request)).body);
}

bool remove_fleet(ClientCore& core, const FleetRecord& record) {
  http::Request request = core.make_request("DELETE", fleet_url(core, record.name));
  request.obeys_stop = false;  // who stops wants to leave nothing behind
  DeleteOptions only_this;
  only_this.uid = record.uid;
  request = http::with_body(std::move(request), codec::encode_delete_options(only_this), "application/json");
  const AnswerOrError judged = exchange(core, std::move(request));
  const auto* error = std::get_if<std::shared_ptr<const Error>>(&judged);
  if (error == nullptr) return true;
  if (!is_gone(**error)) (*error)->raise();
  return false;
}

bool serves_fleets(ClientCore& core, std::chrono::milliseconds timeout, const StopToken& stop) {
  http::Request request = core.make_request("GET", fleets_url(core) + "?limit=1");
  request.timeout = timeout;
  request.max_attempts = 1;
  request.stop = stop;
  const AnswerOrError judged = try_send(core.transport(), std::move(request));
  const auto* error = std::get_if<std::shared_ptr<const Error>>(&judged);
  if (error == nullptr) return true;
  if (!is_unserved(**error)) (*error)->raise();
  return false;
}

}  // namespace kplane::detail
