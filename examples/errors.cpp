// How to handle each kind of failure. Every function below provokes one kind and catches it the way a program would;
// the table shows what was caught. Failures that a healthy server does not produce come from a LocalServer with
// scripted faults.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include "server.hpp"
#include "unique_name.hpp"

namespace {

using namespace std::chrono_literals;
using kplane::testing::Fault;
using kplane::testing::LocalServer;

constexpr const char kRoot[] = "root";  // the plane in which Fleets live
constexpr const char kFleets[] = "/apis/kplane.dev/v1/fleets";
constexpr const char kMergePatch[] = "application/merge-patch+json";

// --- The table ------------------------------------------------------------------------------------------------------

class Table {
 public:
  void add(std::string done, std::string caught, const kplane::Error& error) {
    const std::string_view message = error.what();
    rows_.push_back({std::move(done), std::move(caught), error.retryable() ? "yes" : "no",
                     std::string(message.substr(0, message.find('\n')))});
  }

  void print(std::ostream& out) const {
    std::vector<Row> rows{{"what was done", "caught", "retry?", "message"}};
    rows.insert(rows.end(), rows_.begin(), rows_.end());
    for (const Row& row : rows) {
      out << std::left << std::setw(width(rows, &Row::done)) << row.done << std::setw(width(rows, &Row::caught))
          << row.caught << std::setw(width(rows, &Row::retryable)) << row.retryable << row.message << '\n';
    }
  }

 private:
  struct Row {
    std::string done;
    std::string caught;
    std::string retryable;
    std::string message;
  };

  static int width(const std::vector<Row>& rows, std::string Row::*column) {
    const auto widest = std::ranges::max(rows, {}, [column](const Row& row) { return (row.*column).size(); });
    return static_cast<int>((widest.*column).size()) + 2;
  }

  std::vector<Row> rows_;
};

// --- Found before any I/O, or no answer at all ----------------------------------------------------------------------

void config_error(Table& table, const kplane::Client& client) {
  try {
    const kplane::Plane plane = client.plane("../secrets");
  } catch (const kplane::ConfigError& error) {  // a mistake in the calling program: fix it, do not retry it
    table.add("used an invalid plane ID", "ConfigError", error);
  }
}

void transport_error(Table& table) {
  // Nobody listens on port 1. One attempt is enough to see that.
  const kplane::Client client("http://127.0.0.1:1", {.retry = {.max_attempts = 1}});
  try {
    const kplane::Snapshot snapshot = client.plane("team-alpha").state();
  } catch (const kplane::TransportError& error) {
    table.add("called a server that is not running", "TransportError", error);
  }
}

void tls_error(Table& table) {
  const LocalServer server({.tls = true});
  const kplane::Client client(server.base_url(), {.token = server.token()});  // without .ca_pem = server.ca_pem()
  try {
    const kplane::Snapshot snapshot = client.plane("team-alpha").state();
  } catch (const kplane::TlsError& error) {  // before its base class TransportError
    table.add("connected to a server with an unknown CA", "TlsError", error);
  }
}

// --- The server refuses ---------------------------------------------------------------------------------------------

void bad_request(Table& table, const kplane::Client& client) {
  try {
    client.plane(kRoot).request({.method = "POST", .path = kFleets, .body = "{ not JSON"});
  } catch (const kplane::BadRequest& error) {
    table.add("sent malformed JSON", "BadRequest", error);
  }
}

void unauthorized(Table& table, const kplane::Client& client) {
  const kplane::Plane plane = client.plane(kRoot, {.token = "not-a-token"});  // credentials of this handle only
  try {
    const kplane::Snapshot snapshot = plane.state();
  } catch (const kplane::Unauthorized& error) {
    table.add("used an invalid token", "Unauthorized", error);
  }
}

void not_found(Table& table, const kplane::Client& client) {
  const std::string name = examples::unique_name("errors-");
  if (!client.find_fleet(name)) {  // if absence is ordinary, there is nothing to catch
    try {
      const kplane::Fleet fleet = client.get_fleet(name);
    } catch (const kplane::NotFound& error) {
      table.add("read a Fleet that does not exist", "NotFound", error);
    }
  }
}

void already_exists(Table& table, const kplane::Client& client) {
  const std::string name = examples::unique_name("errors-");
  const kplane::EphemeralFleet first = client.ephemeral_fleet(name, {.replicas = 0});
  try {
    const kplane::Fleet second = client.create_fleet(name, {.replicas = 0});
  } catch (const kplane::AlreadyExists& error) {
    table.add("created a Fleet twice", "AlreadyExists", error);
  }
}

void conflict(Table& table, const kplane::Client& client) {
  const kplane::EphemeralFleet fleet = client.ephemeral_fleet(examples::unique_name("errors-"), {.replicas = 0});
  try {
    // "Only if nobody has changed it since version 1", which is long gone.
    client.plane(kRoot).request({.method = "PATCH",
                                 .path = std::string(kFleets) + '/' + fleet.name(),
                                 .body = R"({"metadata": {"resourceVersion": "1"}, "spec": {"ttlSeconds": 60}})",
                                 .content_type = kMergePatch});
  } catch (const kplane::Conflict& error) {  // read again, decide again, write again
    table.add("overwrote a newer version", "Conflict", error);
  }
}

void invalid(Table& table, const kplane::Client& client) {
  const std::string fleet = R"({"apiVersion": "kplane.dev/v1", "kind": "Fleet",
                                "metadata": {"name": "errors-negative"}, "spec": {"replicas": -1}})";
  try {
    // create_fleet() would have thrown ConfigError; a raw request reaches the server's own check.
    client.plane(kRoot).request({.method = "POST", .path = kFleets, .body = fleet});
  } catch (const kplane::Invalid& error) {
    const auto& causes = error.details().causes;
    table.add("violated the schema at " + (causes.empty() ? "?" : causes.front().field), "Invalid", error);
  }
}

// --- A Fleet that can never become ready ----------------------------------------------------------------------------

void fleet_error(Table& table, const kplane::Client& client) {
  kplane::EphemeralFleet fleet = client.ephemeral_fleet(examples::unique_name("errors-"), {.replicas = 0});
  // The schema allows names and replicas that disagree; the controller does not. create_fleet() would not even send it.
  client.plane(kRoot).request({.method = "PATCH",
                               .path = std::string(kFleets) + '/' + fleet.name(),
                               .body = R"({"spec": {"replicas": 3, "names": ["only-one"]}})",
                               .content_type = kMergePatch});
  try {
    fleet.wait_until_ready(30s);
  } catch (const kplane::FleetError& error) {  // at once, not after 30 s; error.members() has the reasons
    table.add("waited for a rejected spec", "FleetError", error);
  }
}

// --- A batch in which one plane fails -------------------------------------------------------------------------------

void one_of_a_batch(Table& table, const kplane::Client& client) {
  const std::vector<kplane::Plane> planes{client.plane(kRoot), client.plane(kRoot, {.token = "not-a-token"})};
  for (const kplane::StateResult& result : client.states(planes)) {
    if (result) continue;  // *result is the Snapshot; the other plane's failure does not affect it
    try {
      result.error().raise();  // or inspect error() directly; raise() throws it as its own type
    } catch (const kplane::Unauthorized& error) {
      table.add("read two planes, one with an invalid token", "Unauthorized in a StateResult", error);
    }
  }
}

// --- A server that misbehaves ---------------------------------------------------------------------------------------

/// A Client without retries, so that one fault is one failure.
kplane::Client impatient_client(const LocalServer& server) {
  kplane::ClientOptions options = server.client_options();
  options.retry.max_attempts = 1;
  return kplane::Client(server.base_url(), options);
}

/// Reads a plane from a server with the scripted `fault`.
kplane::Snapshot read_with(const Fault& fault, std::chrono::milliseconds timeout = 30s) {
  LocalServer server;
  server.add_fault(fault);
  return impatient_client(server).plane("team-alpha").state({.timeout = timeout});
}

void timeout_error(Table& table) {
  try {
    const kplane::Snapshot snapshot = read_with({.delay = 60s}, 200ms);
  } catch (const kplane::TimeoutError& error) {  // before its base class TransportError
    table.add("gave up on a slow answer", "TimeoutError", error);
  }
}

void decode_error(Table& table) {
  try {
    const kplane::Snapshot snapshot =
        read_with({.status = 200, .body = R"({"cluster": "team-alpha", "resources": [{"group")"});
  } catch (const kplane::DecodeError& error) {
    table.add("got an answer that is not a snapshot, at byte " + std::to_string(error.byte_offset()), "DecodeError",
              error);
  }
}

void forbidden(Table& table) {
  try {
    const kplane::Snapshot snapshot = read_with({.status = 403, .body = "this token may not read state"});
  } catch (const kplane::Forbidden& error) {
    table.add("lacked a permission", "Forbidden", error);
  }
}

void expired(Table& table) {
  try {
    const kplane::Snapshot snapshot = read_with({.status = 410, .body = "the requested version is too old"});
  } catch (const kplane::Expired& error) {
    table.add("requested a version that has expired", "Expired", error);
  }
}

void too_many_requests(Table& table) {
  try {
    const kplane::Snapshot snapshot =
        read_with({.status = 429, .body = "slow down", .headers = {{"Retry-After", "2"}}});
  } catch (const kplane::TooManyRequests& error) {
    const auto pause = error.retry_after().value_or(0ms);
    table.add("was told to wait " + std::to_string(pause.count()) + " ms", "TooManyRequests", error);
  }
}

void server_error(Table& table) {
  try {
    const kplane::Snapshot snapshot = read_with({.status = 503, .body = "no backend is available"});
  } catch (const kplane::ServerError& error) {
    table.add("called an unavailable server", "ServerError", error);
  }
}

void provoke_all(Table& table, const kplane::Client& client) {
  for (const auto provoke : {config_error, bad_request, unauthorized, not_found, already_exists, conflict, invalid,
                             fleet_error, one_of_a_batch}) {
    provoke(table, client);
  }
  for (const auto provoke :
       {transport_error, timeout_error, tls_error, decode_error, forbidden, expired, too_many_requests, server_error}) {
    provoke(table);
  }
}

}  // namespace

int main() {
  try {
    const examples::Server server;
    server.client().wait_until_ready(30s);
    Table table;
    provoke_all(table, server.client());
    table.print(std::cout);
    return EXIT_SUCCESS;
  } catch (const kplane::Error& error) {  // the base class of all errors, for everything else
    std::cerr << "errors: " << error.what() << '\n';
  } catch (const std::exception& error) {
    std::cerr << "errors: " << error.what() << '\n';
  }
  return EXIT_FAILURE;
}
