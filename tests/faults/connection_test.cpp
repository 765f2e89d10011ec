// Connections that are refused, reset, cut, stalled, dripped on, or speak something else.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>

#include "support/clients.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

template <class Failure>
Failure state_failure(const Client& client, const StateOptions& options = {}) {
  try {
    (void)client.plane("alpha").state(options);
  } catch (const Failure& failure) {
    return failure;
  }
  throw std::logic_error("state() succeeded");
}

TEST(Connection, RefusedOneIsARetryableTransportError) {
  const Client client("http://127.0.0.1:" + std::to_string(closed_port()), without_retries());
  const auto error = state_failure<TransportError>(client);
  EXPECT_TRUE(error.retryable());
  EXPECT_THAT(error.what(), HasSubstr("GET http://127.0.0.1:"));
  EXPECT_FALSE(client.is_ready());
}

TEST(Connection, CutBeforeTheAnswerIsATransportError) {
  const RawServer server([](Connection& connection) { (void)connection.read_request(); });
  EXPECT_TRUE(state_failure<TransportError>(Client(server.base_url(), without_retries())).retryable());
}

TEST(Connection, ResetIsATransportError) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    connection.reset();
  });
  EXPECT_TRUE(state_failure<TransportError>(Client(server.base_url(), without_retries())).retryable());
}

TEST(Connection, CutInTheMiddleOfTheBodyIsATransportErrorAndNoSnapshot) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    const std::string whole = http_response(200, state_body());
    connection.send(whole.substr(0, whole.size() - 20));
  });
  EXPECT_TRUE(state_failure<TransportError>(Client(server.base_url(), without_retries())).retryable());
}

TEST(Connection, CutInTheMiddleOfAChunkIsATransportError) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n{\"cluster\":");
  });
  EXPECT_TRUE(state_failure<TransportError>(Client(server.base_url(), without_retries())).retryable());
}

TEST(Connection, StalledServerIsATimeout) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    connection.wait_for_close();
  });
  const Client client(server.base_url());
  StateOptions options;
  options.timeout = milliseconds{50};
  EXPECT_TRUE(state_failure<TimeoutError>(client, options).retryable());
}

TEST(Connection, DrippingServerIsATimeoutToo) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (connection.send(" ")) std::this_thread::yield();
  });
  const Client client(server.base_url());
  StateOptions options;
  options.timeout = milliseconds{50};
  (void)state_failure<Error>(client, options);
}

TEST(Connection, ThatTheServerClosedWhileIdleIsReplaced) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    connection.send(http_response(200, state_body()));
  });
  const Client client(server.base_url(), with_quick_retries());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.plane("alpha").state().total_items(), 1U);
}

TEST(Connection, IsKeptAliveAndReused) {
  const RawServer server(answering([](const std::string&) { return http_response(200, state_body()); }));
  const Client client(server.base_url());
  for (int i = 0; i < 20; ++i) (void)client.plane("alpha").state();
  EXPECT_EQ(server.connection_count(), 1U);
}

TEST(Connection, SomethingThatIsNotHttpIsATransportError) {
  const RawServer server([](Connection& connection) { connection.send("SSH-2.0-OpenSSH_9.2\r\n"); });
  (void)state_failure<TransportError>(Client(server.base_url(), without_retries()));
}

TEST(Connection, EndlessHeadersAreCutOff) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n");
    while (connection.send("X-More: " + std::string(4'000, 'x') + "\r\n")) {
    }
  });
  const auto error = state_failure<TransportError>(Client(server.base_url(), without_retries()));
  EXPECT_FALSE(error.retryable());
}

TEST(Connection, ProxyWhoseAnswerNeverEndsIsATimeout) {
  const RawServer proxy([](Connection& connection) {
    (void)connection.read_request();
    connection.send("HTTP/1.1 407 Who are you\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (connection.send("1000\r\n" + std::string(0x1000, 'x') + "\r\n")) {
    }
  });
  ClientOptions options = without_retries();
  options.proxy = proxy.base_url();
  options.request_timeout = milliseconds{200};
  EXPECT_THAT(state_failure<TimeoutError>(Client("https://kplane.test", options)).what(), HasSubstr("proxy"));
  options.request_timeout = std::chrono::hours{2};
  options.connect_timeout = milliseconds{200};
  EXPECT_THAT(state_failure<TimeoutError>(Client("https://kplane.test", options)).what(), HasSubstr("proxy"));
}

TEST(Connection, PlainServerIsATlsErrorForHttps) {
  const RawServer server([](Connection& connection) {
    connection.send(http_response(400, "no", "text/plain"));
    connection.wait_for_close();
  });
  const Client client("https://127.0.0.1:" + std::to_string(server.port()), without_retries());
  (void)state_failure<TlsError>(client);
}

TEST(Connection, RedirectIsNotFollowed) {
  const RawServer server(answering([](const std::string&) {
    return http_response(302, "", "text/plain", "Location: http://127.0.0.1:1/elsewhere?token=abc\r\n");
  }));
  const auto error = state_failure<ApiError>(Client(server.base_url()));
  EXPECT_EQ(error.status(), 302);
  EXPECT_THAT(error.what(), HasSubstr("/elsewhere"));
  EXPECT_THAT(error.what(), Not(HasSubstr("abc")));
}

TEST(Connection, InterimResponseIsSkipped) {
  const RawServer server(answering([](const std::string&) {
    return "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + http_response(200, "ok", "text/plain", "X-Late: 2\r\n");
  }));
  Request request;
  request.path = "/version";
  const Response response = Client(server.base_url()).plane("alpha").request(request);
  EXPECT_EQ(response.header("x-late"), "2");
  EXPECT_EQ(response.header("x-early"), std::nullopt);
}

TEST(Connection, BusyPoolIsATimeoutThatSaysSo) {
  std::promise<void> arrived;
  const RawServer server([&arrived](Connection& connection) {
    (void)connection.read_request();
    arrived.set_value();
    connection.wait_for_close();
  });
  ClientOptions options = without_retries();
  options.max_connections = 1;
  options.request_timeout = milliseconds{2'000};
  const Client client(server.base_url(), options);
  auto holder = std::async(std::launch::async, [&client] { return client.is_ready(); });
  arrived.get_future().wait();
  StateOptions quick;
  quick.timeout = milliseconds{20};
  EXPECT_THAT(state_failure<TimeoutError>(client, quick).what(), HasSubstr("max_connections"));
  EXPECT_FALSE(holder.get());
}

TEST(Connection, ServerThatGoesAwayNeverHangsTheCaller) {
  std::optional<RawServer> server;
  server.emplace([](Connection& connection) { connection.wait_for_close(); });
  const Client client(server->base_url(), without_retries());
  auto call = std::async(std::launch::async, [&client] { return client.is_ready(); });
  while (server->connection_count() == 0) std::this_thread::yield();
  server.reset();
  EXPECT_FALSE(call.get());
}

}  // namespace
}  // namespace kplane::tests
