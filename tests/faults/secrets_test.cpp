// Servers that quote what they were sent: nothing of it reaches a message.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/raw_server.hpp"
#include "support/scripted_server.hpp"
#include "support/shown.hpp"

namespace kplane::tests {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string token = "long/secret+token";
const std::string secret = R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"k":"czNjcmV0"}})";

/// All that an error and an observer show of calls to a server that answers so.
std::string shown_of(const RawServer::Script& script, const std::function<void(const Client&)>& call,
                     ClientOptions options = without_retries()) {
  const RawServer server(script);
  std::string shown;
  options.token = token;
  options.observer = [&shown](const RequestEvent& event) { shown += shown_by(event); };
  try {
    call(Client(server.base_url(), options));
    shown += "no error";
  } catch (const Error& error) {
    shown += shown_by(error);
  }
  return shown;
}

std::string shown_of(const std::string& answer, const std::function<void(const Client&)>& call) {
  return shown_of(answering([answer](const std::string&) { return answer; }), call);
}

void create_secret(const Client& client) { client.plane("a").resource("v1", "secrets").in("default").create(secret); }

void get_state(const Client& client) { (void)client.plane("a").state(); }

const auto shows_no_token =
    AllOf(Not(HasSubstr("long/secret")), Not(HasSubstr("secret+token")), Not(HasSubstr("secret\\u002B")),
          Not(HasSubstr("secret%2B")), Not(HasSubstr("bG9uZy9zZWNyZXQrdG9r")));

TEST(Secrets, SuccessThatEchoesTheRequestIsNotQuoted) {
  const auto echo = answering([](const std::string& request) { return http_response(200, request, "text/plain"); });
  EXPECT_THAT(shown_of(echo, create_secret), AllOf(shows_no_token, Not(HasSubstr("czNjcmV0")), HasSubstr("not JSON")));
  const auto page = answering([](const std::string& request) {
    return http_response(200, "<html><pre>" + request + "</pre></html>", "text/html");
  });
  EXPECT_THAT(shown_of(page, create_secret), AllOf(shows_no_token, Not(HasSubstr("czNjcmV0")), HasSubstr("<pre>")));
}

TEST(Secrets, FailureThatEchoesTheRequestIsQuotedWithoutThem) {
  const auto echo = answering([](const std::string& request) { return http_response(400, request, "text/plain"); });
  EXPECT_THAT(shown_of(echo, create_secret),
              AllOf(shows_no_token, Not(HasSubstr("czNjcmV0")), HasSubstr("Bearer ****")));
}

TEST(Secrets, BodyInAnotherFormatIsNotQuoted) {
  const std::u16string wide(secret.begin(), secret.end());
  for (const std::string& body :
       {std::string("apiVersion: v1\nkind: Secret\ndata:\n  k: czNjcmV0\n"), "callback(" + secret + ")",
        "\xff\xfe" + std::string(reinterpret_cast<const char*>(wide.data()), wide.size() * 2)}) {
    for (const int status : {200, 500}) {
      const std::string shown = shown_of(http_response(status, body), create_secret);
      EXPECT_THAT(shown, AllOf(Not(HasSubstr("czNj")), Not(HasSubstr("c?z?")), Not(HasSubstr("c z N j")))) << shown;
    }
  }
}

TEST(Secrets, EscapesOfATokenAreKnown) {
  for (const char* spelled : {R"(long\/secret\u002Btoken)", R"(\u006cong/secret\u002btoken)", "long/secret+token",
                              "long%2Fsecret%2Btoken", "bG9uZy9zZWNyZXQrdG9rZW4="}) {
    const std::string quoted = std::string("cannot use ") + spelled + " here";
    const std::string body = R"({"kind":"Status","message":")" + quoted + R"(","reason":")" + spelled +
                             R"(","details":{"name":")" + spelled + R"(","causes":[{"message":")" + spelled +
                             R"("}]}})";
    const std::string success = R"({"status":"Failure","code":403,)" + body.substr(1);
    for (const std::string& answer :
         {http_response(403, body), http_response(200, success), http_response(403, quoted, "text/plain")}) {
      EXPECT_THAT(shown_of(answer, get_state), AllOf(shows_no_token, HasSubstr("cannot use"))) << spelled;
    }
  }
}

TEST(Secrets, HeadersShowNone) {
  const std::string headers = "Warning: 299 - \"long\\/secret\\+token is old\"\r\nAudit-Id: long%2Fsecret%2Btoken\r\n" +
                              std::string("Location: https://me:") + std::string(150, 'p') +
                              "@h/?x=long%2Fsecret%2Btoken#access_token=abcdef\r\n";
  const std::string shown = shown_of(http_response(302, "", "text/plain", headers), get_state);
  EXPECT_THAT(shown, AllOf(shows_no_token, Not(HasSubstr("ppp")), Not(HasSubstr("abcdef")), HasSubstr("is old"),
                           HasSubstr("redirects to https://h/")));
  EXPECT_THAT(shown, Not(HasSubstr(R"(long\/secret)")));
}

TEST(Secrets, EndOfAWatchShowsNone) {
  const std::string list = http_response(200, R"({"metadata":{"resourceVersion":"7"},"items":[]})");
  const auto shown = [&](const std::string& reply) {
    return shown_of(answering([&](const std::string& request) {
                      return request.find("watch=1") == std::string::npos ? list : reply;
                    }),
                    [](const Client& client) {
                      (void)client.plane("a").resource("v1", "pods").watch([](const WatchEvent&) { return true; });
                    });
  };
  const std::string status = R"({"kind":"Status","code":403,"message":"not for long\/secret\u002Btoken"})";
  EXPECT_THAT(shown(stream_head + chunk(event("ERROR", status))), AllOf(shows_no_token, HasSubstr("not for ****")));
  EXPECT_THAT(shown(stream_head + chunk("Bearer " + token + "\n")),
              AllOf(shows_no_token, HasSubstr("expected a watch stream")));
  EXPECT_THAT(shown(stream_head + chunk("<html>Bearer " + token + "\n")),
              AllOf(shows_no_token, HasSubstr("expected a watch stream")));
  EXPECT_THAT(shown(stream_head + chunk(secret + "\n")), Not(HasSubstr("czNj")));
}

TEST(Secrets, OfAProxyReachNoMessage) {
  ClientOptions options = without_retries();
  const RawServer proxy(answering([](const std::string& request) {
    return http_response(502, "not with pass/word or pass%2Fword: " + request, "text/plain");
  }));
  options.proxy = "http://me:pass%2Fword@" + proxy.base_url().substr(7);
  try {
    (void)Client("http://127.0.0.1:1", options).plane("a").state();
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("Basic ****"), Not(HasSubstr("bWU6")), Not(HasSubstr("word"))));
  }
}

TEST(Secrets, ControlsReachNoMessage) {
  const std::string deceiving =
      "a\xc2\x9b"
      "b\xe2\x80\xaetxt\xd8\x9c";
  const std::string body = R"({"kind":"Status","message":")" + deceiving + R"(","reason":")" + deceiving + R"("})";
  const std::string warning = "Warning: 299 - \"" + deceiving + "\"\r\n";
  for (const std::string& answer :
       {http_response(403, body, "application/json", warning), http_response(403, deceiving, "text/plain", warning)}) {
    const std::string shown = shown_of(answer, get_state);
    EXPECT_THAT(shown, AllOf(Not(HasSubstr("\xc2\x9b")), Not(HasSubstr("\xe2\x80\xae")), Not(HasSubstr("\xd8\x9c"))));
    EXPECT_THAT(shown, HasSubstr(R"(a\u009bb\u202etxt\u061c)"));
  }
}

}  // namespace
}  // namespace kplane::tests
