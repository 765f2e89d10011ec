// Fuzz target: the bytes of a whole HTTP response, through libcurl, to the request for a state.
#include <sys/socket.h>

#include <chrono>
#include <mutex>
#include <string>

#include <kplane/kplane.hpp>

#include "support/raw_server.hpp"
#include "target.hpp"

namespace kplane::fuzz::response_target {
namespace {

/// Answers every request with the input.
class Server {
 public:
  Server() : server_([this](tests::Connection& connection) { answer(connection); }), client_(make_client()) {}

  const Client& client(std::string_view input) {
    const std::lock_guard lock(mutex_);
    input_ = input;
    return client_;
  }

 private:
  void answer(tests::Connection& connection) {
    if (connection.read_request().empty()) return;
    const std::lock_guard lock(mutex_);
    connection.send(input_);
  }

  Client make_client() const {
    ClientOptions options;
    options.retry.max_attempts = 1;
    options.request_timeout = std::chrono::seconds{5};
    options.max_response_bytes = std::size_t{1} << 20U;
    return Client(server_.base_url(), options);
  }

  std::mutex mutex_;
  std::string input_;
  tests::RawServer server_;
  Client client_;
};

/// Obsolete since RFC 7230 (section 3.2.4), and read by libcurl alone.
bool has_continued_lines(std::string_view input) {
  return input.find("\n ") != std::string_view::npos || input.find("\n\t") != std::string_view::npos;
}

void run(std::string_view input) {
  if (has_continued_lines(input)) return;
  static Server server;
  try {
    const Snapshot state = server.client(input).plane("alpha").state();
    require(state.cluster == "alpha", "a state is that of the plane that was asked");
  } catch (const Error& error) {
    require(error.what()[0] != '\0', "an error says something");
  }
}

const Registration registration("response", run);

}  // namespace
}  // namespace kplane::fuzz::response_target
