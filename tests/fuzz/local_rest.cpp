// Fuzz target: requests to LocalServer, without sockets. They are separated by empty lines; the first line of one is
// its method, its target and its media type, and the rest is its body.
#include <array>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "local_server/router.hpp"
#include "target.hpp"

namespace kplane::fuzz::local_rest_target {
namespace {

namespace server = testing::server;

/// A server for one input: what an earlier one left behind would make this one's effect depend on it.
struct Server {
  Server() { tokens.accept_everywhere("token", server::administrator()); }

  const testing::LocalServerOptions options{};
  server::PlaneScript script;
  server::Tokens tokens;
  server::IssuedTokens issued_tokens;
  server::Faults faults{1};
  server::Traffic traffic;
  server::Planes planes;
  server::CrdAvailability crd_availability{true, {}};
  server::Router router{{planes, script, tokens, issued_tokens, faults, traffic, crd_availability}, options, {}};
};

std::string_view take_until(std::string_view& rest, std::string_view separator) {
  const std::string_view taken = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(taken.size() + separator.size(), rest.size()));
  return taken;
}

server::HttpRequest request_of(std::string_view text) {
  std::string_view line = take_until(text, "\n");
  server::HttpRequest request;
  request.method = take_until(line, " ");
  request.target = take_until(line, " ");
  request.content_type = line;
  request.authorization = "Bearer token";
  request.user_agent = "fuzz";
  request.body = text;
  return request;
}

void check(const server::Answer& answer) {
  require(answer.status >= 200 && answer.status < 600, "an answer has a status");
  require(answer.status != 500 || answer.body.find("json.exception") == std::string::npos,
          "no exception of a library comes out");
  if (answer.stream || answer.content_type != server::kJsonType) return;
  require(nlohmann::json::accept(answer.body), "an answer that says it is JSON is JSON");
}

void run(std::string_view input) {
  constexpr std::size_t most_requests = 8;
  Server server;
  for (std::size_t i = 0; i < most_requests && !input.empty(); ++i) {
    check(server.router.handle(request_of(take_until(input, "\n\n"))).answer);
  }
}

const Registration registration("local_rest", run);

}  // namespace
}  // namespace kplane::fuzz::local_rest_target
