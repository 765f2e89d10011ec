#include "fleet/fleet_access.hpp"

#include <algorithm>
#include <utility>

#include "base/excerpt.hpp"
#include "base/random_text.hpp"
#include "codec/delete_options.hpp"
#include "http/url.hpp"
#include "resource/expected_answer.hpp"
#include "resource/resource_request.hpp"
#include "session/list_cursor.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

constexpr std::chrono::milliseconds shortest_clean_up{1'000};
constexpr std::chrono::milliseconds longest_clean_up{5'000};  // after a stop, whose caller waits for it

ResourcePath fleets_path() { return {"kplane.dev/v1", "fleets"}; }

std::string fleet_url(const ClientCore& core, std::string_view name) {
  return fleets_url(core) + '/' + http::escape(name);
}

/// Explains a plain 404 of a Fleet path (contract §5).
std::shared_ptr<const Error> explained(const std::shared_ptr<const Error>& error) {
  if (!is_unserved(*error)) return error;
  const auto& missing = static_cast<const NotFound&>(*error);
  ApiError::Info info;
  info.status = missing.status();
  info.message =
      "the server does not serve Fleets (yet): it installs their CRD shortly after it starts. "
      "Client::wait_until_ready() waits for that";
  info.audit_id = missing.audit_id();
  info.method = missing.method();
  info.url = missing.url();
  return std::make_shared<NotFound>(std::move(info));
}

Result<ApiResponse> exchange(ClientCore& core, http::Request request) {
  Result<ApiResponse> result = without_failure(try_send(core.transport(), std::move(request)));
  if (!result.ok()) return explained(result.error());
  return result;
}

ApiResponse exchange_or_throw(ClientCore& core, http::Request request) {
  return exchange(core, std::move(request)).value_or_raise();
}

/// The Fleet of that name, if this owner created it. Any error counts as no.
std::optional<FleetRecord> find_made(ClientCore& core, std::string_view name, std::string_view owner,
                                     TimePoint deadline) {
  http::Request request = core.make_request("GET", fleet_url(core, name));
  request.deadline = std::max(deadline, core.clock().now() + shortest_clean_up);
  request.obeys_stop = false;  // clean-up must run even after a stop
  try {
    FleetRecord found = codec::decode_fleet(exchange_or_throw(core, std::move(request)).body);
    if (codec::is_made_by(owner, found)) return found;
  } catch (const Error&) {  // the original error is more useful
    return std::nullopt;
  }
  return std::nullopt;
}

void remove_quietly(ClientCore& core, const FleetRecord& record, TimePoint deadline) noexcept {
  try {
    remove_fleet(core, record, deadline);
  } catch (...) {  // the original error is more useful
    return;
  }
}

}  // namespace

std::string fleets_url(const ClientCore& core) { return core.base_url() + "/apis/kplane.dev/v1/fleets"; }

Fleet FleetAccess::make(std::shared_ptr<ClientCore> core, FleetRecord record) {
  return Fleet(std::move(core), std::make_shared<const FleetRecord>(std::move(record)));
}

FleetRecord checked_name(FleetRecord record, std::string_view name) {
  if (record.name == name) return record;
  throw MisroutedError("requested Fleet " + std::string(name) + ", received Fleet " + excerpt(record.name));
}

FleetRecord create_fleet(ClientCore& core, std::string_view name, const FleetSpec& spec) {
  constexpr std::size_t owner_length = 16;  // more than 80 bits
  const std::string owner = random_text(owner_length);
  const Clock& clock = core.clock();
  TimePoint deadline = core.deadline();
  http::Request request = http::with_body(core.make_request("POST", fleets_url(core)),
                                          codec::encode_fleet(name, spec, owner), "application/json");
  request.idempotent = true;  // a retry recognises the Fleet of an earlier attempt by its owner
  request.advice = fleet_size_advice(name, spec.replicas);
  try {
    return checked_name(codec::decode_fleet(exchange_or_throw(core, std::move(request)).body), name);
  } catch (const Error& error) {
    if (!may_be_carried_out(error)) throw;  // even AlreadyExists may be due to an earlier attempt
    const bool is_stopped = dynamic_cast<const StoppedError*>(&error) != nullptr;
    if (is_stopped) deadline = deadline_after(clock.now(), longest_clean_up);
    std::optional<FleetRecord> made = find_made(core, name, owner, deadline);
    if (!made) throw;
    if (!is_stopped) return *std::move(made);
    remove_quietly(core, *made, deadline);
    throw;
  }
}

FleetRecord get_fleet(ClientCore& core, std::string_view name, TimePoint deadline, const StopToken& stop) {
  http::Request request = core.make_request("GET", fleet_url(core, name));
  request.stop = stop;
  request.deadline = deadline;
  return checked_name(codec::decode_fleet(exchange_or_throw(core, std::move(request)).body), name);
}

std::optional<FleetRecord> find_fleet(ClientCore& core, std::string_view name) {
  const Result<ApiResponse> result = exchange(core, core.make_request("GET", fleet_url(core, name)));
  if (!result.ok() && is_absent(*result.error())) return std::nullopt;
  return checked_name(codec::decode_fleet(result.value_or_raise().body), name);
}

std::vector<FleetRecord> list_fleets(ClientCore& core, const ListOptions& which) {
  std::vector<FleetRecord> all;
  ListCursor cursor(fleets_url(core), list_query(which));
  cursor.limit_bytes(core.options().max_response_bytes);
  do {
    http::Request request = core.make_request("GET", cursor.url());
    request.deadline = core.deadline(which.timeout);
    request.stop = which.stop;
    const ApiResponse answer = exchange_or_throw(core, std::move(request));
    codec::FleetPage page = codec::decode_fleet_list(answer.body);
    cursor.take_page(page.fleets.size(), std::move(page.continue_token), answer.body->text().size());
    for (FleetRecord& fleet : page.fleets) all.push_back(std::move(fleet));
  } while (!cursor.at_end());
  return all;
}

FleetRecord scale_fleet(ClientCore& core, const FleetRecord& record, std::int32_t replicas) {
  http::Request request =
      http::with_body(core.make_request("PATCH", fleet_url(core, record.name)),
                      codec::encode_fleet_scale(record.uid, replicas), "application/merge-patch+json");
  request.idempotent = true;  // setting a number twice sets that number
  request.advice = fleet_size_advice(record.name, replicas);
  try {
    return checked_name(codec::decode_fleet(exchange_or_throw(core, std::move(request)).body), record.name);
  } catch (const ApiError& error) {
    // Servers report a different uid as a conflict, or as a change of an immutable field.
    if (error.status() == 409 || error.status() == 422) {
      static_cast<void>(renewed(record, get_fleet(core, record.name, core.deadline())));
    }
    throw;
  }
}

std::shared_ptr<const FleetRecord> renewed(const FleetRecord& held, FleetRecord found) {
  if (found.uid == held.uid) return std::make_shared<const FleetRecord>(std::move(found));
  throw FleetReplaced(
      "fleet " + held.name + " was deleted, and another one with its name was created: this handle is for uid " +
      excerpt(held.uid) + ", the server has " + excerpt(found.uid) + "; call get_fleet() for a handle on the new one");
}

bool remove_fleet(ClientCore& core, const FleetRecord& record, TimePoint deadline) {
  http::Request request = core.make_request("DELETE", fleet_url(core, record.name));
  request.deadline = deadline;
  request.obeys_stop = false;  // clean-up must run even after a stop
  DeleteOptions only_this;
  only_this.uid = record.uid;
  request = http::with_body(std::move(request), codec::encode_delete_options(only_this), "application/json");
  const Result<ApiResponse> result = exchange(core, std::move(request));
  if (result.ok()) {
    check_is_deleted(result.value(), fleets_path(), record.name);
    return true;
  }
  if (!is_gone(*result.error())) result.error()->raise();
  return after_lost_answer(*result.error());
}

bool serves_fleets(ClientCore& core, TimePoint deadline, const StopToken& stop) {
  http::Request request = core.make_request("GET", fleets_url(core) + "?limit=1");
  request.deadline = deadline;
  request.max_attempts = 1;
  request.stop = stop;
  const Result<ApiResponse> result = try_send(core.transport(), std::move(request));
  if (!result.ok() && !is_unserved(*result.error())) result.error()->raise();
  if (!result.ok()) return false;
  static_cast<void>(codec::decode_fleet_list(result.value().body));  // not a login page
  return true;
}

}  // namespace kplane::detail
