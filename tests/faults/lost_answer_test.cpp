// Writes whose answer was lost: what the repetition meets may be the call's own doing.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "support/clients.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string status(int code, const std::string& reason,
                   const std::string& details = R"({"name":"web","kind":"pods"})") {
  return http_response(code, R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","reason":")" +
                                 reason + R"(","details":)" + details + R"(,"code":)" + std::to_string(code) + "}");
}

const std::string no_answer;  // the connection ends instead
const std::string half_an_answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";
const std::string absent = status(404, "NotFound");
const std::string deleted = http_response(200, R"({"kind":"Status","apiVersion":"v1","status":"Success"})");
const std::string web_pod = R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default"}})";

/// Answers one request after the other, each as told; after the last one always like that.
class Script {
 public:
  explicit Script(std::vector<std::string> answers)
      : answers_(std::move(answers)), server_([this](Connection& connection) {
          while (!connection.read_request().empty()) {
            const auto index = static_cast<std::size_t>(requests_++);
            const std::string& answer = index < answers_.size() ? answers_[index] : answers_.back();
            if (answer == no_answer || !connection.send(answer) || answer == half_an_answer) return;
          }
        }) {}

  [[nodiscard]] Client client(ClientOptions options = with_quick_retries()) const {
    return Client(server_.base_url(), std::move(options));
  }
  [[nodiscard]] Resource pods() const { return client().plane("a").resource("v1", "pods").in("default"); }
  [[nodiscard]] int requests() const noexcept { return requests_; }

 private:
  const std::vector<std::string> answers_;
  std::atomic<int> requests_{0};
  RawServer server_;
};

TEST(LostAnswer, RemovalThatThisCallMayHaveMadeIsARemoval) {
  for (const std::string& lost :
       {no_answer, half_an_answer, http_response(504, "", "text/plain"), http_response(502, "", "text/plain")}) {
    const Script server({lost, absent});
    EXPECT_TRUE(server.pods().remove("web")) << lost;
    EXPECT_EQ(server.requests(), 2);
  }
}

TEST(LostAnswer, IsNoneWhenTheServerRefusedTheFirstTry) {
  const Script server({http_response(429, "", "text/plain", "Retry-After: 0\r\n"), absent});
  EXPECT_FALSE(server.pods().remove("web"));
  EXPECT_EQ(server.requests(), 2);
}

TEST(LostAnswer, OnAKeptConnectionIsNoticedToo) {
  // libcurl itself sends such a request once more, on a new connection.
  const Script server({http_response(200, web_pod), no_answer, absent});
  const Resource pods = server.pods();
  (void)pods.get("web");
  EXPECT_TRUE(pods.remove("web"));
  EXPECT_EQ(server.requests(), 3);
}

TEST(LostAnswer, ObjectOfThatUidThatIsGoneWasRemoved) {
  DeleteOptions options;
  options.uid = "u1";
  const Script replaced({no_answer, status(409, "Conflict")});
  EXPECT_TRUE(replaced.pods().remove("web", options)) << "another object has the name now";
  const Script other({status(409, "Conflict")});
  EXPECT_THROW(other.pods().remove("web", options), Conflict);
  options.resource_version = "7";
  const Script changed({no_answer, status(409, "Conflict")});
  EXPECT_THROW(changed.pods().remove("web", options), Conflict) << "it may be there, in another version";
}

TEST(LostAnswer, IsToldWithTheErrorThatTheRepetitionMet) {
  const Script server({no_answer, status(409, "Conflict")});
  try {
    server.pods().replace(web_pod);
    ADD_FAILURE();
  } catch (const Conflict& error) {
    EXPECT_TRUE(error.after_lost_answer());
    EXPECT_THAT(error.what(), HasSubstr("an earlier attempt of this call may have been carried out"));
  }
  const Script first({status(409, "Conflict")});
  try {
    first.pods().replace(web_pod);
    ADD_FAILURE();
  } catch (const Conflict& error) {
    EXPECT_FALSE(error.after_lost_answer());
    EXPECT_THAT(error.what(), Not(HasSubstr("earlier attempt")));
  }
}

TEST(LostAnswer, PatchIsRepeatedOnlyIfItIsSaidToBeIdempotent) {
  const Script once({no_answer, http_response(200, web_pod)});
  EXPECT_THROW(once.pods().patch("web", PatchType::merge, "{}"), TransportError);
  EXPECT_EQ(once.requests(), 1);

  PatchOptions options;
  options.idempotent = true;
  const Script again({no_answer, http_response(503, "", "text/plain"), http_response(200, web_pod)});
  EXPECT_EQ(again.pods().patch("web", PatchType::merge, "{}", options).name(), "web");
  EXPECT_EQ(again.requests(), 3);
}

TEST(LostAnswer, TestOfAJsonPatchThatFailsOnItsOwnWorkSaysSo) {
  PatchOptions options;
  options.idempotent = true;
  const Script server({no_answer, status(422, "Invalid")});
  try {
    server.pods().patch("web", PatchType::json, R"([{"op":"test","path":"/spec/x","value":1}])", options);
    ADD_FAILURE();
  } catch (const Invalid& error) {
    EXPECT_TRUE(error.after_lost_answer());
  }
}

TEST(LostAnswer, RequestOfTheCallersOwnTellsItToo) {
  const Script server({no_answer, absent});
  Request request;
  request.method = "DELETE";
  request.path = "/api/v1/namespaces/default/pods/web";
  try {
    (void)server.client().plane("a").request(request);
    ADD_FAILURE();
  } catch (const NotFound& error) {
    EXPECT_TRUE(error.after_lost_answer());
  }
}

Manifests one_namespace() {
  return Manifests::from_yaml(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"web"}})");
}

TEST(LostAnswer, OfAManifestThatWasRemovedIsNoAbsence) {
  for (const int lost : {1, 5}) {  // within one request's attempts, and beyond them
    std::vector<std::string> answers(static_cast<std::size_t>(lost), no_answer);
    answers.push_back(status(404, "NotFound", R"({"name":"web","kind":"namespaces"})"));
    const Script server(answers);
    const ManifestResults results = server.client().plane("a").remove(one_namespace());
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results.begin()->outcome, ManifestOutcome::removed) << lost;
  }
  const Script never({status(404, "NotFound", R"({"name":"web","kind":"namespaces"})")});
  EXPECT_EQ(never.client().plane("a").remove(one_namespace())[0].outcome, ManifestOutcome::absent);
}

}  // namespace
}  // namespace kplane::tests
