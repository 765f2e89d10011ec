// Which credentials are known, and in which forms they are found.
#include "http/request_secrets.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace kplane::http {
namespace {

Secrets of_request(Headers identity, Headers own = {}, std::string url = "https://h/x") {
  Request request;
  request.headers = std::move(own);
  request.url = std::move(url);
  Secrets secrets;
  add_request(secrets, request.headers, request.url, AuthInfo{std::move(identity), {}, {}});
  return secrets;
}

TEST(Secrets, AreFoundInEverySpelling) {
  const Secrets secrets = of_request({{"Authorization", "Bearer ab/cd+ef==gh"}});
  for (const char* text :
       {"ab/cd+ef==gh", R"(ab\/cd\u002Bef\u003d\x3dgh)", R"(ab\\/cd\\u002bef==gh)", "ab%2Fcd%2bef%3D%3Dgh",
        "ab%252Fcd%252bef%253D%253Dgh", "ab&#47;cd&#x2B;ef==gh", R"(\a\b\/\c\d\+\e\f\=\=\g\h)", "\\u0061b/cd+ef==gh"}) {
    const std::string shown = secrets.blotted("<" + std::string(text) + ">");
    EXPECT_EQ(shown, "<" + std::string(std::string(text).size(), '*') + ">") << text;
  }
  EXPECT_EQ(secrets.blotted("ab/cd+ef==g, ab/cd+ef==h"), "ab/cd+ef==g, ab/cd+ef==h") << "others are no secrets";
}

TEST(Secrets, AreFoundInBase64AtAnyPlace) {
  const Secrets secrets = of_request({{"Authorization", "Bearer hunter2hunter2"}});
  // base64 of <token>, of x<token>, of xx<token>
  for (const char* text : {"aHVudGVyMmh1bnRlcjI=", "eGh1bnRlcjJodW50ZXIy", "eHhodW50ZXIyaHVudGVyMg=="}) {
    EXPECT_NE(secrets.blotted(text).find("********"), std::string::npos) << text;
  }
}

TEST(Secrets, CutOneIsFoundWhenMuchOfItIsThere) {
  const Secrets secrets = of_request({{"Authorization", "Bearer abcdefghijklmnopqrstuvwxyz0123456789"}});
  EXPECT_EQ(secrets.blotted("abcdefghijklmnopqrstuvwxyz..."), "**************************...");
  EXPECT_EQ(secrets.blotted("abcdefghijkl"), "abcdefghijkl");
}

TEST(Secrets, OfBasicAuthenticationAreThePasswordToo) {
  const Secrets secrets = of_request({{"Authorization", "Basic bWU6cGFzc3dvcmQtMQ=="}});  // me:password-1
  EXPECT_EQ(secrets.blotted("Basic bWU6cGFzc3dvcmQtMQ=="), "Basic ********************");
  EXPECT_EQ(secrets.blotted("me and password-1"), "me and **********");
}

TEST(Secrets, OfTheRequestItselfAreKnownByName) {
  const Secrets secrets = of_request({}, {{"X-Api-Key", "my-api-key"}, {"Accept", "application/json"}},
                                     "https://h/x?access%5Ftoken=abc%2Fdefgh&labelSelector=production");
  EXPECT_EQ(secrets.blotted("my-api-key abc/defgh production application/json"),
            "********** ********* production application/json");
}

TEST(Secrets, OfAProxyAreItsUserInfo) {
  Secrets secrets;
  add_proxy(secrets, "http://me:pass%2Fword@proxy:3128");
  EXPECT_EQ(secrets.blotted("Proxy-Authorization: Basic bWU6cGFzcy93b3Jk"),
            "Proxy-Authorization: Basic ****************");
  EXPECT_EQ(secrets.blotted("pass/word pass%2Fword proxy"), "********* *********** proxy");
}

TEST(Secrets, LookLikeOnes) {
  const Secrets none;
  const std::string jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl";
  EXPECT_EQ(none.blotted("token " + jwt + ", expired"), "token " + std::string(jwt.size(), '*') + ", expired");
  EXPECT_EQ(none.blotted("Authorization: bearer abc123def456"), "Authorization: bearer ************");
  EXPECT_EQ(none.blotted("Bearer authentication is required"), "Bearer authentication is required");
}

TEST(Secrets, ShortOnesWouldShowWhereTheyStand) {
  EXPECT_EQ(of_request({{"Authorization", "Bearer pods"}}).blotted("pods"), "pods");
}

// Were the search quadratic, this would not end before the test times out.
TEST(Secrets, HostileTextKeepsItsLength) {
  std::string starts;
  while (starts.size() < 1'000'000) starts += "eyJ";
  EXPECT_EQ(Secrets().blotted(starts), starts);
  const Secrets secrets = of_request({{"Authorization", "Bearer \\\\\\\\\\\\\\\\abcdefgh"}});
  EXPECT_EQ(secrets.blotted(std::string(100'000, '\\')).size(), 100'000U);
}

}  // namespace
}  // namespace kplane::http
