// Resource against scripted answers: what becomes of failures, of pages, and of what is not served.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const char* const pod = R"({"metadata":{"name":"web","namespace":"default"}})";

std::string status_body(int code, const std::string& reason, const std::string& message,
                        const std::string& details = "{}") {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":")" + message + R"(","reason":")" + reason +
         R"(","details":)" + details + R"(,"code":)" + std::to_string(code) + "}";
}

std::string failure(int code, const std::string& reason, const std::string& message = "no",
                    const std::string& details = "{}") {
  return http_response(code, status_body(code, reason, message, details));
}

/// Method and target of a request.
std::string first_line(const std::string& request) { return request.substr(0, request.find(" HTTP/")); }

/// Answers everything alike, and keeps what was asked.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer)
      : answer_(std::move(answer)), server_(answering([this](const std::string& request) {
          const std::lock_guard lock(mutex_);
          asked_.push_back(first_line(request));
          return answer_;
        })) {}
  [[nodiscard]] Resource pods() const {
    return Client(server_.base_url(), with_quick_retries()).plane("a").resource("v1", "pods").in("default");
  }
  [[nodiscard]] std::size_t count() {
    const std::lock_guard lock(mutex_);
    return asked_.size();
  }

 private:
  std::mutex mutex_;
  std::string answer_;
  std::vector<std::string> asked_;
  RawServer server_;
};

TEST(Resource, AbsenceIsOrdinaryForFindAndRemoveOnly) {
  OneAnswer server(failure(404, "NotFound", "pods \\\"web\\\" not found", R"({"name":"web","kind":"pods"})"));
  EXPECT_THROW((void)server.pods().get("web"), NotFound);
  EXPECT_FALSE(server.pods().find("web").has_value());
  EXPECT_FALSE(server.pods().remove("web"));
}

TEST(Resource, TypeThatIsNotServedIsNotAbsence) {
  for (const std::string& answer : {http_response(404, "404 page not found\n", "text/plain"),
                                    failure(404, "NotFound", "the server could not find the requested resource")}) {
    OneAnswer server(answer);
    EXPECT_THROW((void)server.pods().find("web"), NotFound);
    EXPECT_THROW((void)server.pods().remove("web"), NotFound);
    EXPECT_THROW((void)server.pods().list(), NotFound);
  }
}

TEST(Resource, ConflictOfADeleteIsThrown) {
  OneAnswer server(failure(409, "Conflict", "the UID in the precondition does not match"));
  DeleteOptions options;
  options.uid = "other";
  EXPECT_THROW(server.pods().remove("web", options), Conflict);
}

TEST(Resource, WritesThatMayNotBeRepeatedAreSentOnce) {
  OneAnswer server(http_response(503, "", "text/plain"));
  EXPECT_THROW(server.pods().create(pod), ServerError);
  EXPECT_EQ(server.count(), 1U);
  EXPECT_THROW(server.pods().patch("web", PatchType::merge, "{}"), ServerError);
  EXPECT_EQ(server.count(), 2U);
  EXPECT_THROW(server.pods().apply(pod), ServerError);
  EXPECT_EQ(server.count(), 6U);
  EXPECT_THROW(server.pods().replace(pod), ServerError);
  EXPECT_EQ(server.count(), 10U);
  EXPECT_THROW(server.pods().scale("web", 2), ServerError);
  EXPECT_EQ(server.count(), 14U);
}

TEST(Resource, WhatIsNoObjectIsADecodeError) {
  for (const char* body : {"<html>", "[]", "{", ""}) {
    OneAnswer server(http_response(200, body));
    EXPECT_THROW((void)server.pods().get("web"), DecodeError) << body;
    EXPECT_THROW((void)server.pods().list(), DecodeError) << body;
  }
}

TEST(Resource, ReplicasAreThoseOfTheScale) {
  OneAnswer server(http_response(200, R"({"kind":"Scale","metadata":{"name":"web"},"spec":{"replicas":3}})"));
  EXPECT_EQ(server.pods().replicas("web"), 3);
  OneAnswer none(http_response(200, R"({"kind":"Scale","metadata":{"name":"web"},"spec":{}})"));
  EXPECT_EQ(none.pods().replicas("web"), 0);
  for (const char* replicas : {"-1", "\"3\"", "4294967296", "1.5"}) {
    OneAnswer broken(
        http_response(200, R"({"metadata":{"name":"web"},"spec":{"replicas":)" + std::string(replicas) + "}}"));
    EXPECT_THROW((void)broken.pods().replicas("web"), DecodeError) << replicas;
  }
  EXPECT_THROW(server.pods().scale("web", -1), ConfigError);
}

TEST(Resource, WarningsReachTheObserver) {
  const RawServer server(answering([](const std::string&) {
    return http_response(200, pod, "application/json",
                         "Warning: 299 - \"unknown field \\\"spec.bogus\\\"\"\r\nWarning: 299 - \"old\"\r\n");
  }));
  std::vector<std::string> warnings;
  ClientOptions options;
  options.observer = [&warnings](const RequestEvent& event) { warnings = event.warnings; };
  Client(server.base_url(), options).plane("a").resource("v1", "pods").in("default").apply(pod);
  EXPECT_THAT(warnings, ElementsAre("unknown field \"spec.bogus\"", "old"));
}

std::string page(const std::string& names, const std::string& token) {
  std::string items;
  for (const char name : names)
    items += (items.empty() ? "" : ",") + (R"({"metadata":{"name":")" + std::string(1, name) + R"("}})");
  return http_response(200,
                       R"({"metadata":{"resourceVersion":"9","continue":")" + token + R"("},"items":[)" + items + "]}");
}

bool asks_for(const std::string& request, const std::string& token) {
  return first_line(request).find("continue=" + token) != std::string::npos;
}

std::vector<std::string> names_of(ObjectList list) {
  std::vector<std::string> names;
  for (const Object& object : list) names.emplace_back(object.name());
  return names;
}

TEST(ObjectList, PagesAreFetchedAsTheIterationGetsThere) {
  std::atomic<int> pages{0};
  const RawServer server(answering([&pages](const std::string& request) {
    ++pages;
    if (asks_for(request, "t1")) return page("cd", "t2");
    if (asks_for(request, "t2")) return page("", "");
    return page("ab", "t1");
  }));
  const Resource pods = Client(server.base_url()).plane("a").resource("v1", "pods");
  ObjectList list = pods.list();
  EXPECT_EQ(pages, 1);
  EXPECT_EQ(list.resource_version(), "9");
  auto at = list.begin();
  EXPECT_EQ(at->name(), "a");
  EXPECT_EQ((*++at).name(), "b");
  EXPECT_EQ(pages, 1);
  const Object kept = *at;
  EXPECT_EQ((++at)->name(), "c");
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(list.begin()->name(), "c");
  EXPECT_EQ(list.all().size(), 2U);
  EXPECT_EQ(pages, 3);
  EXPECT_TRUE(list.begin() == list.end());
  EXPECT_EQ(kept.name(), "b");
  EXPECT_THAT(names_of(pods.list()), ElementsAre("a", "b", "c", "d"));
}

TEST(ObjectList, ExpiredContinueSaysToBeginAgain) {
  const RawServer server(answering([](const std::string& request) {
    return asks_for(request, "t1") ? failure(410, "Expired", "too old") : page("a", "t1");
  }));
  ObjectList list = Client(server.base_url()).plane("a").resource("v1", "pods").list();
  auto at = list.begin();
  try {
    ++at;
    ADD_FAILURE();
  } catch (const Expired& error) {
    EXPECT_THAT(error.what(), HasSubstr("too old"));
    EXPECT_THAT(error.what(), HasSubstr("start it again"));
    EXPECT_EQ(error.reason(), "Expired");
  }
  EXPECT_THROW((void)list.begin(), Expired);
}

// A token holds the version of the first page, which a server that was restored never had.
TEST(ObjectList, ContinueOfTheFutureSaysToBeginAgain) {
  const std::string too_large =
      R"({"kind":"Status","status":"Failure","message":"Timeout: Too large resource version: 9, current: 4",)"
      R"("reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}]},"code":504})";
  const RawServer server(answering([&](const std::string& request) {
    return asks_for(request, "t1") ? http_response(504, too_large) : page("a", "t1");
  }));
  ObjectList list = Client(server.base_url(), with_quick_retries()).plane("a").resource("v1", "pods").list();
  auto at = list.begin();
  try {
    ++at;
    ADD_FAILURE();
  } catch (const Expired& error) {
    EXPECT_THAT(error.what(), HasSubstr("start it again"));
    EXPECT_EQ(error.status(), 410);
    EXPECT_EQ(error.reason(), "Expired");
    EXPECT_FALSE(error.retryable()) << "the server will never have that version";
  }
}

TEST(ObjectList, PageThatFailedIsAskedForAgain) {
  std::atomic<bool> broken{true};
  const RawServer server(answering([&broken](const std::string& request) {
    if (!asks_for(request, "t1")) return page("a", "t1");
    return broken.exchange(false) ? failure(500, "InternalError") : page("b", "");
  }));
  ObjectList list = Client(server.base_url()).plane("a").resource("v1", "pods").list();
  auto at = list.begin();
  EXPECT_THROW(++at, ServerError);
  EXPECT_THAT(names_of(std::move(list)), ElementsAre("b"));
}

TEST(ObjectList, ListThatDoesNotGetOnIsADecodeError) {
  for (const char* second : {"a", ""}) {
    const RawServer server(
        answering([second](const std::string& request) { return page(asks_for(request, "t") ? second : "a", "t"); }));
    EXPECT_THROW((void)Client(server.base_url()).plane("a").resource("v1", "pods").list().all(), DecodeError);
  }
}

const char* const core_types =
    R"({"kind":"APIResourceList","resources":[{"name":"pods","kind":"Pod","namespaced":true}]})";

TEST(Discovery, IsAskedOnceAndAgainForWhatIsMissing) {
  std::mutex mutex;
  std::vector<std::string> asked;
  std::string body = core_types;
  const RawServer server(answering([&](const std::string& request) {
    const std::lock_guard lock(mutex);
    asked.push_back(first_line(request).substr(first_line(request).rfind("/control-plane") + 14));
    return http_response(200, body);
  }));
  const Client client(server.base_url());
  const Plane plane = client.plane("a");
  EXPECT_EQ(plane.resource_of_kind("v1", "Pod").plural(), "pods");
  EXPECT_EQ(plane.resource_of_kind("v1", "Pod").api_version(), "v1");
  EXPECT_THAT(asked, ElementsAre("/api/v1"));
  EXPECT_THROW((void)plane.resource_of_kind("v1", "Widget"), NotFound);
  body = R"({"resources":[{"name":"widgets","kind":"Widget"}]})";
  EXPECT_EQ(plane.resource_of_kind("v1", "Widget").plural(), "widgets");
  EXPECT_EQ(plane.resource_of_kind("apps/v1", "Widget").plural(), "widgets");
  EXPECT_EQ(client.plane("b").resource_of_kind("v1", "Widget").plural(), "widgets");
  EXPECT_THAT(asked, ElementsAre("/api/v1", "/api/v1", "/api/v1", "/apis/apps/v1", "/api/v1"));
  EXPECT_THROW((void)plane.resource_of_kind("../v1", "Pod"), ConfigError);
}

TEST(Discovery, IsForgottenWhenAPathIsNotServed) {
  std::atomic<int> discoveries{0};
  const RawServer server(answering([&discoveries](const std::string& request) {
    const bool is_discovery = first_line(request).rfind("/api/v1") == first_line(request).size() - 7;
    if (!is_discovery) return http_response(404, "404 page not found\n", "text/plain");
    ++discoveries;
    return http_response(200, core_types);
  }));
  const Client client(server.base_url());
  const Plane plane = client.plane("a");
  const Resource pods = plane.resource_of_kind("v1", "Pod");
  EXPECT_THROW((void)pods.list(), NotFound);
  (void)plane.resource_of_kind("v1", "Pod");
  EXPECT_EQ(discoveries, 2);
}

TEST(Discovery, KindThatIsNotServedSaysSo) {
  const RawServer server(
      answering([](const std::string&) { return http_response(404, "404 page not found\n", "text/plain"); }));
  try {
    (void)Client(server.base_url()).plane("a").resource_of_kind("nope.example.com/v1", "Thing");
    ADD_FAILURE();
  } catch (const NotFound& error) {
    EXPECT_THAT(error.what(), HasSubstr("does not serve kind Thing of nope.example.com/v1"));
  }
}

TEST(RetryOnConflict, BeginsAgainUntilItFits) {
  int calls = 0;
  EXPECT_EQ(retry_on_conflict([&] {
              if (++calls < 3) throw Conflict(ApiError::Info{});
              return 7;
            }),
            7);
  EXPECT_EQ(calls, 3);
  calls = 0;
  EXPECT_THROW(retry_on_conflict([&] { ++calls, throw Conflict(ApiError::Info{}); }, 2), Conflict);
  EXPECT_EQ(calls, 2);
  EXPECT_THROW(retry_on_conflict([&]() -> int { throw NotFound(ApiError::Info{}); }), NotFound);
}

}  // namespace
}  // namespace kplane::tests
