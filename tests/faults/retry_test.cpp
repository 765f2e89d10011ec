// What is tried again, how often, and until when.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// Answers the first `failures` requests with `failure`, and all others with a state body.
class FailingServer {
 public:
  FailingServer(int failures, std::string failure)
      : server_(answering([this, failures, failure = std::move(failure)](const std::string&) {
          return ++requests_ <= failures ? failure : http_response(200, state_body("a"));
        })) {}

  [[nodiscard]] std::string base_url() const { return server_.base_url(); }
  [[nodiscard]] int requests() const noexcept { return requests_; }

 private:
  std::atomic<int> requests_{0};
  RawServer server_;
};

Request post() {
  Request request;
  request.method = "POST";
  request.path = "/api";
  request.body = "{}";
  return request;
}

TEST(Retry, PassingFailuresAreOvercome) {
  for (const int status : {429, 502, 503, 504}) {
    const FailingServer server(3, http_response(status, "wait", "text/plain"));
    EXPECT_EQ(Client(server.base_url(), with_quick_retries()).plane("a").state().total_items(), 1U);
    EXPECT_EQ(server.requests(), 4);
  }
}

TEST(Retry, ClosedConnectionsAreOvercome) {
  const FailingServer server(2, "");
  EXPECT_EQ(Client(server.base_url(), with_quick_retries()).plane("a").state().total_items(), 1U);
}

TEST(Retry, EndsWithTheLastAttemptsError) {
  const FailingServer server(1'000, http_response(503, "closed for today", "text/plain"));
  const Client client(server.base_url(), with_quick_retries(3));
  try {
    (void)client.plane("a").state();
    FAIL() << "succeeded";
  } catch (const ServerError& error) {
    EXPECT_EQ(error.message(), "closed for today");
    EXPECT_TRUE(error.retryable());
  }
  EXPECT_EQ(server.requests(), 3);
}

TEST(Retry, LastingFailuresAreNotTriedAgain) {
  for (const int status : {400, 403, 404, 409, 422, 500, 501}) {
    const FailingServer server(1'000, http_response(status, "no", "text/plain"));
    Request request;
    request.path = "/api";
    EXPECT_THROW((void)Client(server.base_url(), with_quick_retries()).plane("a").request(request), ApiError);
    EXPECT_EQ(server.requests(), 1) << status;
  }
}

TEST(Retry, PostIsNotRepeatedUnlessItIsSaidToBeIdempotent) {
  const FailingServer server(1, http_response(503, "", "text/plain"));
  const Client client(server.base_url(), with_quick_retries());
  EXPECT_THROW((void)client.plane("a").request(post()), ServerError);
  EXPECT_EQ(server.requests(), 1);

  const FailingServer another(1, http_response(503, "", "text/plain"));
  Request idempotent = post();
  idempotent.idempotent = true;
  EXPECT_EQ(Client(another.base_url(), with_quick_retries()).plane("a").request(idempotent).status(), 200);
  EXPECT_EQ(another.requests(), 2);
}

std::string too_many_requests(const std::string& retry_after) {
  return http_response(429,
                       R"({"kind":"Status","status":"Failure","message":"storage is (re)initializing",)"
                       R"("reason":"TooManyRequests","details":{"retryAfterSeconds":1},"code":429})",
                       "application/json", "Retry-After: " + retry_after + "\r\n");
}

TEST(Retry, RequestThatWasNotCarriedOutIsRepeatedWhateverItsMethod) {
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    std::vector<std::string> bodies;
    const RawServer server(answering([&bodies](const std::string& request) {
      bodies.push_back(request.substr(request.find("\r\n\r\n") + 4));
      return bodies.size() < 4 ? too_many_requests("0") : http_response(200, "{}");
    }));
    Request request;
    request.method = method;
    request.path = "/api";
    if (request.method != "GET") request.body = R"({"x":")" + std::string(100'000, 'y') + R"("})";
    EXPECT_EQ(Client(server.base_url(), with_quick_retries()).plane("a").request(request).status(), 200) << method;
    EXPECT_EQ(bodies, std::vector<std::string>(4, request.body)) << method;
  }
}

TEST(Retry, EmptyPostThatWasNotCarriedOutIsRepeated) {
  const FailingServer server(2, too_many_requests("0"));
  Request request = post();
  request.body.clear();
  EXPECT_EQ(Client(server.base_url(), with_quick_retries()).plane("a").request(request).status(), 200);
  EXPECT_EQ(server.requests(), 3);
}

TEST(Retry, EarlyRefusalOfALargePostIsRepeatedWhole) {
  std::mutex mutex;
  std::vector<std::string> bodies;
  std::atomic<int> connections{0};
  const RawServer server([&](Connection& connection) {
    if (++connections == 1) {  // before the body is there, as a gateway that counts requests does
      connection.send("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
      connection.wait_for_close();
      return;
    }
    const std::string request = connection.read_request();
    if (request.empty()) return;
    const std::lock_guard lock(mutex);
    bodies.push_back(request.substr(request.find("\r\n\r\n") + 4));
    connection.send(http_response(201, "{}"));
    connection.wait_for_close();
  });
  Request request = post();
  request.body = "{\"x\":\"" + std::string(3'000'000, 'y') + "\"}";
  EXPECT_EQ(Client(server.base_url(), with_quick_retries()).plane("a").request(request).status(), 201);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(bodies, std::vector<std::string>{request.body});
}

TEST(Retry, RefusalCountsAsAnAttempt) {
  const FailingServer one(1'000, too_many_requests("0"));
  EXPECT_THROW((void)Client(one.base_url(), without_retries()).plane("a").request(post()), TooManyRequests);
  EXPECT_EQ(one.requests(), 1);

  const FailingServer three(1'000, too_many_requests("0"));
  EXPECT_THROW((void)Client(three.base_url(), with_quick_retries(3)).plane("a").request(post()), TooManyRequests);
  EXPECT_EQ(three.requests(), 3);
}

TEST(Retry, RefusalWhosePausePassesTheDeadlineIsReturnedAtOnce) {
  const FailingServer server(1'000, too_many_requests("31"));
  try {
    (void)Client(server.base_url(), with_quick_retries()).plane("a").request(post());
    FAIL() << "succeeded";
  } catch (const TooManyRequests& error) {
    EXPECT_EQ(error.retry_after(), std::chrono::seconds{31});
    EXPECT_EQ(error.message(), "storage is (re)initializing");
  }
  EXPECT_EQ(server.requests(), 1);
}

TEST(Retry, PostIsNotRepeatedWhenOnlyItsFirstTryWasRefused) {
  std::atomic<int> requests{0};
  const RawServer server(answering([&requests](const std::string&) {
    return ++requests == 1 ? too_many_requests("0") : http_response(503, "", "text/plain");
  }));
  EXPECT_THROW((void)Client(server.base_url(), with_quick_retries()).plane("a").request(post()), ServerError);
  EXPECT_EQ(requests, 2);
}

TEST(Retry, EveryWriteOfTheLibraryOutlastsARefusal) {
  const std::string pod = R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default"}})";
  const std::string fleet =
      R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"f"},"spec":{"replicas":1}})";
  const auto outlasts = [](const std::string& answer, const auto& call) {
    std::atomic<int> requests{0};
    const RawServer server(answering(
        [&](const std::string&) { return ++requests == 1 ? too_many_requests("0") : http_response(200, answer); }));
    EXPECT_NO_THROW(call(Client(server.base_url(), with_quick_retries())));
    EXPECT_EQ(requests, 2);
  };
  const auto pods = [](const Client& client) { return client.plane("a").resource("v1", "pods").in("default"); };
  outlasts(pod, [&](const Client& client) { pods(client).create(pod); });
  outlasts(pod, [&](const Client& client) { pods(client).patch("web", PatchType::merge, "{}"); });
  outlasts(pod, [&](const Client& client) { pods(client).replace(pod); });
  outlasts(pod, [&](const Client& client) { pods(client).apply(pod); });
  outlasts(pod, [&](const Client& client) { EXPECT_TRUE(pods(client).remove("web")); });
  outlasts(pod, [&](const Client& client) { pods(client).remove_collection(); });
  outlasts(pod, [&](const Client& client) { pods(client).subresource("eviction").create(pod); });
  outlasts(fleet, [](const Client& client) { (void)client.create_fleet("f", FleetSpec{}); });
}

TEST(Retry, CutPostIsNotRepeated) {
  const FailingServer server(1, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{");
  Request request = post();
  request.timeout = milliseconds{500};
  EXPECT_THROW((void)Client(server.base_url(), with_quick_retries()).plane("a").request(request), TransportError);
  EXPECT_EQ(server.requests(), 1);
}

TEST(Retry, WhatIsNotIdempotentIsSentOnceOnAConnectionThatTheServerCloses) {
  for (const std::string method : {"POST", "PATCH", "DELETE"}) {
    for (const char* body : {"{}", ""}) {
      std::atomic<int> writes{0};
      const RawServer server(answering([&](const std::string& request) {
        if (request.rfind(method, 0) != 0) return http_response(200, "{}");
        ++writes;
        return std::string();
      }));
      const Client client(server.base_url(), with_quick_retries());
      Request get;
      get.path = "/api";
      (void)client.plane("a").request(get);  // so that there is a kept-alive connection
      Request once = post();
      once.method = method;
      once.body = body;
      once.idempotent = false;
      try {
        (void)client.plane("a").request(once);
        ADD_FAILURE() << method << " was answered";
      } catch (const TransportError& error) {
        EXPECT_THAT(error.what(), HasSubstr("may have been carried out"));
      }
      EXPECT_EQ(writes, 1) << method << ' ' << body;
    }
  }
}

TEST(Retry, BodyArrivesInTheSegmentOfItsHeaders) {
  std::atomic<unsigned> segments{0};
  const RawServer server([&](Connection& connection) {
    (void)connection.read_request();
    segments = connection.data_segments();
    connection.send(http_response(201, "{}"));
  });
  EXPECT_EQ(Client(server.base_url()).plane("a").request(post()).status(), 201);
  EXPECT_EQ(segments, 1U);
}

TEST(Retry, BodyOfAPostArrivesWhole) {
  const std::string body = "{\"x\":\"" + std::string(1'000'000, 'y') + "\"}";
  std::string received;
  const RawServer server(answering([&received](const std::string& request) {
    received = request.substr(request.find("\r\n\r\n") + 4);
    return http_response(201, "{}");
  }));
  Request large = post();
  large.body = body;
  EXPECT_EQ(Client(server.base_url()).plane("a").request(large).status(), 201);
  EXPECT_EQ(received, body);
}

TEST(Retry, RetryAfterBeyondTheDeadlineIsNotWaitedFor) {
  const FailingServer server(1'000, http_response(503, "", "text/plain", "Retry-After: 3600\r\n"));
  try {
    (void)Client(server.base_url(), with_quick_retries()).plane("a").state();
    FAIL() << "succeeded";
  } catch (const ServerError& error) {
    EXPECT_EQ(error.retry_after(), std::chrono::seconds{3600});
  }
  EXPECT_EQ(server.requests(), 1);
}

TEST(Retry, RetryAfterOfThePastIsNoWait) {
  const FailingServer server(1, http_response(429, "", "text/plain", "Retry-After: Thu, 01 Jan 1998 00:00:00 GMT\r\n"));
  EXPECT_EQ(Client(server.base_url(), with_quick_retries()).plane("a").state().total_items(), 1U);
}

TEST(Retry, OneDeadlineSpansAllAttempts) {
  const FailingServer server(1'000'000, http_response(503, "", "text/plain"));
  ClientOptions options = with_quick_retries(1'000'000);
  options.request_timeout = milliseconds{50};
  EXPECT_THROW((void)Client(server.base_url(), options).plane("a").state(), Error);
  EXPECT_GT(server.requests(), 1);
}

TEST(Observer, SeesEveryAttemptWithoutSecrets) {
  std::mutex mutex;
  std::vector<RequestEvent> events;
  const FailingServer server(1, http_response(503, "busy", "text/plain"));
  ClientOptions options = with_quick_retries();
  options.token = "hunter2";
  options.observer = [&](const RequestEvent& event) {
    const std::lock_guard lock(mutex);
    events.push_back(event);
  };
  Request request;
  request.path = "/api";
  request.query = {{"labelSelector", "app=x"}, {"token", "hunter2"}};
  (void)Client(server.base_url(), options).plane("a").request(request);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].status, 503);
  EXPECT_EQ(events[0].attempt, 1);
  EXPECT_EQ(events[0].bytes, 4U);
  EXPECT_EQ(events[1].status, 200);
  EXPECT_EQ(events[1].attempt, 2);
  EXPECT_EQ(events[1].method, "GET");
  EXPECT_GE(events[1].duration.count(), 0);
  EXPECT_THAT(events[1].url, HasSubstr("/clusters/a/control-plane/api?labelSelector=app%3Dx"));
  for (const RequestEvent& event : events) EXPECT_EQ(event.url.find("hunter2"), std::string::npos);
}

TEST(Observer, SeesWhyNoAnswerCame) {
  std::vector<RequestEvent> events;
  ClientOptions options = without_retries();
  options.observer = [&](const RequestEvent& event) { events.push_back(event); };
  EXPECT_FALSE(Client("http://127.0.0.1:" + std::to_string(closed_port()), options).is_ready());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].status, 0);
  EXPECT_NE(events[0].error, "");
}

TEST(Observer, ItsOwnTroubleIsIgnored) {
  const FailingServer server(0, "");
  ClientOptions options;
  options.observer = [](const RequestEvent&) { throw std::runtime_error("observer"); };
  EXPECT_EQ(Client(server.base_url(), options).plane("a").state().total_items(), 1U);
}

}  // namespace
}  // namespace kplane::tests
