// Tokens that ServiceAccounts are issued, and the TokenRequests that ask for them.
#include "local_server/auth/issued_tokens.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "local_server/auth/authenticator.hpp"
#include "local_server/base/status.hpp"
#include "local_server/rest/token_request.hpp"
#include "local_server/rest/writes.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::seconds;

class IssuedTokensTest : public ::testing::Test {
 protected:
  IssuedTokens issued;
};

using IssuedTokensClock = IssuedTokensTest;

TEST(RandomTokens, AreLongAndDiffer) {
  std::set<std::string> drawn;
  for (int i = 0; i < 100; ++i) drawn.insert(random_bytes());
  EXPECT_EQ(drawn.size(), 100U);
  EXPECT_EQ(drawn.begin()->size() * 8, 256U);
}

TEST_F(IssuedTokensClock, EndsTokensWhenTheirTimeHasCome) {
  issued.add("t", {"a", {"default", "sa"}, "u"}, issued.now() + hours(1));
  ASSERT_TRUE(issued.owner_of("t"));
  EXPECT_EQ(issued.owner_of("t")->name.name, "sa");
  issued.advance(seconds(3590));
  EXPECT_TRUE(issued.owner_of("t"));
  issued.advance(seconds(10));
  EXPECT_FALSE(issued.owner_of("t"));
  EXPECT_FALSE(issued.owner_of("other"));
}

TEST_F(IssuedTokensTest, AreRevokedOneByOne) {
  const auto expires = issued.now() + hours(1);
  issued.add("t", {}, expires);
  issued.add("u", {}, expires);
  issued.revoke("t");
  issued.revoke("nobody's");
  EXPECT_FALSE(issued.owner_of("t"));
  EXPECT_TRUE(issued.owner_of("u"));
}

TEST_F(IssuedTokensTest, AreDroppedOnceExpired) {
  for (int i = 0; i < 10; ++i) issued.add(std::to_string(i), {}, issued.now() + hours(1));
  issued.advance(hours(1));
  issued.add("t", {}, issued.now() + hours(1));
  EXPECT_EQ(issued.size(), 1U);
}

TEST_F(IssuedTokensTest, AreBounded) {
  issued.add("first to expire", {}, issued.now() + hours(1));
  for (std::size_t i = 0; i < IssuedTokens::kMaxTokens; ++i) {
    issued.add(std::to_string(i), {}, issued.now() + hours(2));
  }
  EXPECT_EQ(issued.size(), IssuedTokens::kMaxTokens);
  EXPECT_FALSE(issued.owner_of("first to expire"));
  EXPECT_TRUE(issued.owner_of("0"));
}

constexpr const char kAccountUser[] = "system:serviceaccount:default:default";

class TokenRequests : public ::testing::Test {
 protected:
  TokenRequests() { static_cast<void>(plane().store().create(accounts, {"default", "default"}, json::object())); }

  Answer ask(const std::string& body, RestRequest request = {}) {
    request.method = request.method.empty() ? "POST" : request.method;
    request.ns = "default";
    request.name = request.name.empty() ? "default" : request.name;
    request.subresource = "token";
    request.content_type = request.content_type.empty() ? kJsonType : request.content_type;
    request.body = body;
    try {
      return answer_token_request(plane(), request, issued);
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  std::string token_for(const std::string& body) { return json::parse(ask(body).body)["status"]["token"]; }
  Plane& plane() { return planes.at("a"); }
  /// The name of the user that a token stands for; empty: it is none of the plane.
  std::string user_of(const std::string& cluster, const std::string& token) {
    HttpRequest request;
    request.authorization = "Bearer " + token;
    return user_of(cluster, request);
  }
  std::string user_of(const std::string& cluster, const HttpRequest& request) {
    const auto user = authenticator.authenticate(cluster, request);
    return user ? user->name : std::string();
  }

  Planes planes;
  Tokens tokens;
  IssuedTokens issued;
  Authenticator authenticator{tokens, issued, planes};
  const ResourceType& accounts = *find_built_in("", "serviceaccounts");
};

TEST_F(TokenRequests, AreAnsweredAsByARealServer) {
  const Answer answer = ask(R"({"spec":{"expirationSeconds":600}})");
  EXPECT_EQ(answer.status, 201);
  json made = json::parse(answer.body);
  EXPECT_EQ(user_of("a", made["status"]["token"]), kAccountUser);
  EXPECT_EQ(made["metadata"]["creationTimestamp"].get<std::string>().size(), 20U);
  EXPECT_EQ(made["status"]["expirationTimestamp"].get<std::string>().size(), 20U);
  made["metadata"].erase("creationTimestamp");
  EXPECT_EQ(made["status"].size(), 2U);
  made.erase("status");
  EXPECT_EQ(made, json::parse(R"({"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1",
    "metadata":{"name":"default","namespace":"default"},
    "spec":{"audiences":["https://kubernetes.default.svc"],"expirationSeconds":600,"boundObjectRef":null}})"));
}

TEST_F(TokenRequests, LastAnHourByDefault) {
  const std::string token = token_for("{}");
  issued.advance(seconds(3590));
  EXPECT_EQ(user_of("a", token), kAccountUser);
  issued.advance(seconds(10));
  EXPECT_EQ(user_of("a", token), "");
}

TEST_F(TokenRequests, GiveTokensForOnePlaneAlone) {
  const std::string token = token_for("{}");
  EXPECT_EQ(user_of("a", token), kAccountUser);
  EXPECT_EQ(user_of("b", token), "");
}

TEST_F(TokenRequests, GiveTokensThatEndWithTheAccount) {
  const std::string token = token_for("{}");
  ASSERT_NE(plane().store().remove(accounts, {"default", "default"}), nullptr);
  EXPECT_EQ(user_of("a", token), "");
  ASSERT_NE(plane().store().create(accounts, {"default", "default"}, json::object()), nullptr);
  EXPECT_EQ(user_of("a", token), "") << "another account of that name";
}

TEST_F(TokenRequests, IssueNothingInADryRunOrForOthers) {
  RestRequest dry;
  dry.query["dryRun"] = "All";
  const json made = json::parse(ask("{}", dry).body);
  EXPECT_EQ(user_of("a", made["status"]["token"]), "");
  EXPECT_EQ(user_of("a", token_for(R"({"spec":{"audiences":["vault"]}})")), "");
  EXPECT_EQ(issued.size(), 1U) << "what is for others is known, for reviews";
  EXPECT_EQ(user_of("a", token_for(R"({"spec":{"audiences":["vault","https://kubernetes.default.svc"]}})")),
            kAccountUser);
}

TEST_F(TokenRequests, RefuseDurationsOutOfRange) {
  const Answer answer = ask(R"({"spec":{"expirationSeconds":599}})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(
      answer.body,
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"TokenRequest.authentication.k8s.io )"
      R"(\"\" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes",)"
      R"("reason":"Invalid","details":{"group":"authentication.k8s.io","kind":"TokenRequest","causes":[{"reason":)"
      R"("FieldValueInvalid","message":"Invalid value: 599: may not specify a duration less than 10 minutes","field":)"
      R"("spec.expirationSeconds"}]},"code":422})"
      "\n");
  EXPECT_EQ(ask(R"({"spec":{"expirationSeconds":4294967296}})").status, 201);
  for (const char* count : {"4294967297", "0", "-1"}) {
    EXPECT_EQ(ask(R"({"spec":{"expirationSeconds":)" + std::string(count) + "}}").status, 422) << count;
  }
  EXPECT_EQ(ask(R"({"spec":{"expirationSeconds":18446744073709551615}})").status, 400) << "no int64";
}

TEST_F(TokenRequests, RefuseWhatTheyCannotMean) {
  RestRequest nobody;
  nobody.name = "nobody";
  EXPECT_EQ(ask("{}", nobody).status, 404);
  RestRequest reading;
  reading.method = "GET";
  EXPECT_EQ(ask("", reading).status, 405);
  RestRequest protobuf;
  protobuf.content_type = "application/vnd.kubernetes.protobuf";
  EXPECT_EQ(ask("{}", protobuf).status, 415);
  EXPECT_EQ(ask(R"({"metadata":{"name":"other"}})").status, 422);
  EXPECT_EQ(ask(R"({"metadata":{"namespace":"other"}})").status, 422);
  for (const char* body :
       {R"({"kind":"Scale"})", R"({"spec":7})", R"({"spec":{"expirationSeconds":"1h"}})",
        R"({"spec":{"audiences":"vault"}})", R"({"spec":{"audiences":[7]}})", R"({"spec":{"boundObjectRef":7}})",
        R"({"spec":{"boundObjectRef":{"kind":"ConfigMap","apiVersion":"v1","name":"p"}}})", "[]", "{"}) {
    EXPECT_EQ(ask(body).status, 400) << body;
  }
  EXPECT_EQ(issued.size(), 0U);
}

TEST_F(TokenRequests, WarnOfUnknownFields) {
  const Answer answer = ask(R"({"spec":{"expirationSecs":600}})");
  ASSERT_EQ(answer.status, 201);
  ASSERT_EQ(answer.headers.size(), 1U);
  EXPECT_EQ(answer.headers[0].first, "Warning");
}

TEST_F(TokenRequests, StandBesideOtherCredentials) {
  HttpRequest request;
  EXPECT_EQ(user_of("a", request), "system:anonymous");
  request.client_certificate = CredentialStatus::refused;
  EXPECT_EQ(user_of("a", request), "");
  request.authorization = "Bearer " + token_for("{}");
  EXPECT_EQ(user_of("a", request), kAccountUser);
  request.authorization = "Bearer wrong";
  EXPECT_EQ(user_of("a", request), "");
  request.client_certificate = CredentialStatus::known;
  EXPECT_EQ(user_of("a", request), "admin");
}

TEST_F(TokenRequests, EndWithTheObjectThatTheyAreBoundTo) {
  const ResourceType& secrets = *find_built_in("", "secrets");
  const std::string bound = R"({"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Secret","name":"s"}}})";
  EXPECT_EQ(ask(bound).status, 404);
  ASSERT_NE(plane().store().create(secrets, {"default", "s"}, {{"metadata", {{"name", "s"}}}}), nullptr);
  const std::string token = token_for(bound);
  EXPECT_EQ(user_of("a", token), kAccountUser);
  ASSERT_NE(plane().store().remove(secrets, {"default", "s"}), nullptr);
  EXPECT_EQ(user_of("a", token), "");
}

}  // namespace
}  // namespace kplane::testing::server
