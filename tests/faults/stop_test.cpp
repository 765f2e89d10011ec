// A stop that another thread requests ends every call, wherever it blocks. Servers here never answer by themselves and
// timeouts are hours: a call that a stop does not end would hang.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::hours;

ClientOptions patient() {
  ClientOptions options;
  options.request_timeout = hours{2};
  options.retry.max_backoff = hours{2};
  return options;
}

/// Asks for the stop as soon as a request is there, and does not answer it.
RawServer::Script stopping(StopSource& source) {
  return [&source](Connection& connection) {
    if (connection.read_request().empty()) return;
    source.request_stop();
    connection.wait_for_close();
  };
}

StateOptions with_stop(const StopSource& source) {
  StateOptions options;
  options.stop = source.token();
  return options;
}

TEST(Stop, IsRequestedOnceAndForGood) {
  StopSource source;
  const StopToken token = source.token();
  EXPECT_TRUE(token.stop_possible());
  EXPECT_FALSE(token.stop_requested());
  EXPECT_TRUE(source.request_stop());
  EXPECT_FALSE(source.request_stop());
  EXPECT_TRUE(token.stop_requested());
  EXPECT_TRUE(source.stop_requested());
  EXPECT_FALSE(StopToken().stop_possible());
  EXPECT_FALSE(StopToken().stop_requested());
}

TEST(Stop, EndsACallThatWaitsForItsAnswer) {
  StopSource source;
  const RawServer server(stopping(source));
  const Client client(server.base_url(), patient());
  EXPECT_THROW((void)client.plane("alpha").state(with_stop(source)), StoppedError);
}

TEST(Stop, EndsACallInTheMiddleOfABody) {
  StopSource source;
  const RawServer server([&source](Connection& connection) {
    (void)connection.read_request();
    const std::string response = http_response(200, state_body("alpha"));
    connection.send(response.substr(0, response.size() - 10));
    source.request_stop();
    connection.wait_for_close();
  });
  const Client client(server.base_url(), patient());
  EXPECT_THROW((void)client.plane("alpha").state(with_stop(source)), StoppedError);
}

TEST(Stop, EndsACallThatAProxyHoldsUp) {
  StopSource source;
  const RawServer proxy([&source](Connection& connection) {
    (void)connection.read_request();
    connection.send("HTTP/1.1 407 Who are you\r\nTransfer-Encoding: chunked\r\n\r\n");
    source.request_stop();
    while (connection.send("1000\r\n" + std::string(0x1000, 'x') + "\r\n")) {
    }
  });
  ClientOptions options = patient();
  options.connect_timeout = hours{2};
  options.proxy = proxy.base_url();
  const Client client("https://kplane.test", options);
  EXPECT_THROW((void)client.plane("alpha").state(with_stop(source)), StoppedError);
  const std::vector<StateResult> results = client.states({client.plane("alpha")}, with_stop(source));
  EXPECT_THROW(results.at(0).error().raise(), StoppedError);
}

TEST(Stop, EndsAnyRequest) {
  StopSource source;
  const RawServer server(stopping(source));
  const Client client(server.base_url(), patient());
  Request request;
  request.method = "POST";
  request.path = "/api/v1/namespaces";
  request.body = "{}";
  request.stop = source.token();
  EXPECT_THROW((void)client.plane("alpha").request(request), StoppedError);
}

TEST(Stop, KeepsARequestFromBeingSent) {
  StopSource source;
  source.request_stop();
  const RawServer server(stopping(source));
  const Client client(server.base_url(), patient());
  EXPECT_THROW((void)client.plane("alpha").state(with_stop(source)), StoppedError);
  EXPECT_EQ(server.connection_count(), 0U);
}

TEST(Stop, OfTheClientEndsAllItsCalls) {
  StopSource source;
  const RawServer server(stopping(source));
  ClientOptions options = patient();
  options.stop = source.token();
  const Client client(server.base_url(), options);
  EXPECT_THROW((void)client.get_fleet("rl"), StoppedError);
  EXPECT_THROW((void)client.plane("alpha").is_ready(), StoppedError);
  EXPECT_THROW(client.wait_until_ready(hours{1}), StoppedError);
  EXPECT_EQ(server.connection_count(), 1U);
}

TEST(Stop, EndsABatchWithAnErrorForEachPlaneThatIsNotDone) {
  StopSource source;
  const RawServer server([&source](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const std::string cluster = cluster_of(request);
      if (std::stoi(cluster.substr(1)) == 10) {
        source.request_stop();
        return connection.wait_for_close();
      }
      connection.send(http_response(200, state_body(cluster)));
    }
  });
  const Client client(server.base_url(), patient());
  BatchOptions batch;
  batch.concurrency = 1;
  batch.stop = source.token();
  const auto results = client.states(planes_of(client, 100), {}, batch);
  ASSERT_EQ(results.size(), 100U);
  for (std::size_t i = 0; i < results.size(); ++i) {
    ASSERT_EQ(static_cast<bool>(results[i]), i < 10) << i;
    if (i >= 10) {
      EXPECT_THROW(results[i].error().raise(), StoppedError);
    }
  }
}

TEST(Stop, EndsABatchInBackOff) {
  StopSource source;
  const RawServer server(
      answering([](const std::string&) { return http_response(503, "later", "text/plain", "Retry-After: 3600\r\n"); }));
  ClientOptions options = patient();
  options.observer = [&source](const RequestEvent&) { source.request_stop(); };
  const Client client(server.base_url(), options);
  BatchOptions batch;
  batch.stop = source.token();
  for (const StateResult& result : client.states(planes_of(client, 3), {}, batch)) {
    EXPECT_THROW(result.error().raise(), StoppedError);
  }
}

TEST(Stop, EndsABackOff) {
  StopSource source;
  const RawServer server(
      answering([](const std::string&) { return http_response(503, "later", "text/plain", "Retry-After: 3600\r\n"); }));
  ClientOptions options = patient();
  options.observer = [&source](const RequestEvent&) { source.request_stop(); };
  const Client client(server.base_url(), options);
  EXPECT_THROW((void)client.plane("alpha").state(with_stop(source)), StoppedError);
}

TEST(Stop, EndsTheWaitForAConnection) {
  StopSource source;
  StopSource other;
  const RawServer server([](Connection& connection) { connection.wait_for_close(); });
  ClientOptions options = patient();
  options.max_connections = 1;
  const Client client(server.base_url(), options);
  const auto read = [&client](const StopSource& stop) {
    EXPECT_THROW((void)client.plane("alpha").state(with_stop(stop)), StoppedError);
  };
  std::thread first(read, std::cref(source));
  std::thread second(read, std::cref(source));
  std::thread third(read, std::cref(other));
  source.request_stop();
  first.join();
  second.join();
  other.request_stop();
  third.join();
}

TEST(Stop, EndsAWait) {
  StopSource source;
  std::atomic<int> asked{0};
  const RawServer server(answering([&](const std::string&) {
    if (++asked == 2) source.request_stop();
    return http_response(500, "not yet", "text/plain");
  }));
  const Client client(server.base_url(), patient());
  EXPECT_THROW(client.plane("alpha").wait_until_ready(hours{1}, source.token()), StoppedError);
}

TEST(Stop, LeavesTheConnectionsOfOtherCallsAlone) {
  StopSource source;
  const RawServer server([&source](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      if (cluster_of(request) == "p000") {
        source.request_stop();
        return connection.wait_for_close();
      }
      connection.send(http_response(200, state_body(cluster_of(request))));
    }
  });
  const Client client(server.base_url(), patient());
  EXPECT_EQ(client.plane("p001").state().cluster, "p001");
  EXPECT_THROW((void)client.plane("p000").state(with_stop(source)), StoppedError);
  EXPECT_EQ(client.plane("p002").state().cluster, "p002");
}

}  // namespace
}  // namespace kplane::tests
