// Fuzz target: the bytes that a client sends to LocalServer's port.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "local_server/net/http_front.hpp"
#include "support/loopback.hpp"
#include "target.hpp"

namespace kplane::fuzz::local_http_target {
namespace {

namespace server = testing::server;

server::HttpReply echo(const server::HttpRequest& request) {
  server::HttpReply reply;
  reply.answer.body = request.method + ' ' + request.target + ' ' + request.body;
  reply.answer.content_type = server::kTextType;
  return reply;
}

void run(std::string_view input) {
  static server::HttpFront front(0, nullptr, echo);
  const int socket = tests::connect_to_loopback(front.port());
  require(socket >= 0, "the server listens");
  while (!input.empty()) {
    const ssize_t sent = ::send(socket, input.data(), input.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;  // the server does not read on
    input.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(socket, SHUT_WR);
  std::array<char, 4096> answer{};
  while (::recv(socket, answer.data(), answer.size(), 0) > 0) {
  }
  ::close(socket);
}

const Registration registration("local_http", run);

}  // namespace
}  // namespace kplane::fuzz::local_http_target
