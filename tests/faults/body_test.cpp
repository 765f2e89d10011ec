// Bodies that are too long, compressed, truncated, or something else altogether.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/clients.hpp"
#include "support/process_usage.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

// 200,000 times the letter a, gzipped.
const std::string& compressed_letters() {
  static const std::string bytes(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\xac\xeb\x5f\xc2\x0c\xfe"
      "\x40\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
      "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
      "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
      "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
      "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
      "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
      "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
      "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xaf\x01\x9b\x53\x69"
      "\xe0\x40\x0d\x03\x00",
      230);
  return bytes;
}

Response fetch(const RawServer& server, ClientOptions options) {
  Request request;
  request.path = "/api";
  return Client(server.base_url(), std::move(options)).plane("alpha").request(request);
}

void expect_too_long(const RawServer& server, const ClientOptions& options) {
  try {
    (void)fetch(server, options);
    FAIL() << "accepted";
  } catch (const TransportError& error) {
    EXPECT_FALSE(error.retryable());
    EXPECT_THAT(error.what(), HasSubstr("max_response_bytes"));
  }
}

RawServer::Script sending(std::string response) {
  return answering([response = std::move(response)](const std::string&) { return response; });
}

TEST(Body, LongerThanAllowedIsRefusedByItsLength) {
  const RawServer server(sending(http_response(200, std::string(5'000, 'x'))));
  ClientOptions options;
  options.max_response_bytes = 4'999;
  EXPECT_THROW((void)fetch(server, options), TransportError);
  options.max_response_bytes = 5'000;
  EXPECT_EQ(fetch(server, options).body().size(), 5'000U);
}

TEST(Body, EndlessStreamIsCutOff) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (connection.send("1000\r\n" + std::string(0x1000, 'x') + "\r\n")) {
    }
  });
  ClientOptions options;
  options.max_response_bytes = 100'000;
  expect_too_long(server, options);
}

TEST(Body, CompressedOneIsReadAndItsSizeCountsUncompressed) {
  const RawServer server(sending(http_response(200, compressed_letters(), "text/plain", "Content-Encoding: gzip\r\n")));
  EXPECT_EQ(fetch(server, {}).body(), std::string(200'000, 'a'));
  ClientOptions options;
  options.max_response_bytes = 150'000;
  expect_too_long(server, options);
}

TEST(Body, BrokenCompressionIsATransportError) {
  const RawServer server(sending(http_response(200, "this is not gzip", "text/plain", "Content-Encoding: gzip\r\n")));
  EXPECT_THROW((void)fetch(server, without_retries()), TransportError);
}

TEST(Body, CompressionIsOfferedOnlyWhenWanted) {
  std::string seen;
  const RawServer server(answering([&seen](const std::string& request) {
    seen = request;
    return http_response(200, "ok", "text/plain");
  }));
  (void)fetch(server, {});
  EXPECT_THAT(seen, HasSubstr("Accept-Encoding: gzip"));
  ClientOptions options;
  options.compression = false;
  (void)fetch(server, options);
  EXPECT_THAT(seen, Not(HasSubstr("Accept-Encoding")));
}

TEST(Body, UnbelievableLengthDoesNotTakeUnbelievableMemory) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n{}");
  });
  const std::size_t before = peak_address_space();
  ASSERT_GT(before, 0U);
  EXPECT_THROW((void)fetch(server, without_retries()), TransportError);
  EXPECT_LT(peak_address_space(), before + (std::size_t{300} << 20U)) << "threads' stacks and arenas included";
}

TEST(Body, PageOfAProxyIsADecodeErrorThatQuotesIt) {
  const RawServer server(sending(http_response(200, "<html><h1>Please log in</h1></html>", "text/html")));
  const Client client(server.base_url());
  try {
    (void)client.plane("alpha").state();
    FAIL() << "accepted";
  } catch (const DecodeError& error) {
    EXPECT_THAT(error.what(), HasSubstr("Please log in"));
    EXPECT_THAT(error.what(), HasSubstr("/clusters/alpha/control-plane/state"));
  }
}

TEST(Body, EmptyOneIsADecodeError) {
  const RawServer server(sending(http_response(200, "")));
  EXPECT_THROW((void)Client(server.base_url()).plane("alpha").state(), DecodeError);
}

TEST(Body, ThatEndsEarlyWithoutALengthIsADecodeErrorWithoutItsText) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    const std::string body = state_body();
    connection.send("HTTP/1.1 200 OK\r\n\r\n" + body.substr(0, body.size() / 2));
  });
  try {
    (void)Client(server.base_url()).plane("alpha").state();
    FAIL() << "accepted";
  } catch (const DecodeError& error) {
    EXPECT_GT(error.byte_offset(), 0U);
    EXPECT_THAT(error.what(), Not(HasSubstr("snapshotTime")));
  }
}

TEST(Body, ShorterThanItsTextIsADecodeError) {
  const std::string body = state_body();
  const RawServer server([&body](Connection& connection) {
    (void)connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size() - 9) + "\r\n\r\n" + body);
  });
  EXPECT_THROW((void)Client(server.base_url()).plane("alpha").state(), DecodeError);
}

TEST(Body, BottomlessSnapshotIsADecodeErrorOrHarmless) {
  const std::string deep(100'000, '[');
  for (const std::string& body :
       {deep, deep + std::string(100'000, ']'), R"({"cluster":)" + deep, R"({"resources":)" + deep}) {
    const RawServer server(sending(http_response(200, body)));
    EXPECT_THROW((void)Client(server.base_url()).plane("alpha").state(), DecodeError);
  }
}

TEST(Body, FailureWithAnyTextIsAnApiErrorWithThatText) {
  const RawServer server(sending(http_response(500, "<html>it\n\n broke</html>", "text/html", "Audit-Id: a-1\r\n")));
  try {
    (void)fetch(server, {});
    FAIL() << "accepted";
  } catch (const ServerError& error) {
    EXPECT_EQ(error.status(), 500);
    EXPECT_EQ(error.message(), "<html>it broke</html>");
    EXPECT_EQ(error.audit_id(), "a-1");
    EXPECT_EQ(error.reason(), "");
    EXPECT_FALSE(error.retryable());
  }
}

TEST(Body, EchoOfTheRequestShowsNoToken) {
  const std::string echo = "GET /state Authorization: Bearer long-secret";
  std::vector<RequestEvent> events;
  ClientOptions options = without_retries();
  options.token = "long-secret";
  options.observer = [&](const RequestEvent& event) { events.push_back(event); };
  const std::string headers = "Audit-Id: " + echo + "\r\nWarning: 299 - \"" + echo + "\"\r\n";
  for (const char* type : {"text/plain", "application/json"}) {
    const bool is_json = std::string_view(type) == "application/json";
    const std::string body = is_json ? R"({"kind":"Status","message":")" + echo + R"("})" : echo;
    const RawServer server(sending(http_response(401, body, type, headers)));
    try {
      (void)fetch(server, options);
      FAIL() << "accepted";
    } catch (const Unauthorized& error) {
      const std::string shown = std::string(error.what()) + error.message() + error.audit_id();
      EXPECT_THAT(shown, AllOf(HasSubstr("GET /state"), Not(HasSubstr("long-secret"))));
    }
  }
  ASSERT_EQ(events.size(), 2U);
  EXPECT_THAT(events[0].warnings, testing::Each(Not(HasSubstr("long-secret"))));
  EXPECT_THAT(events[0].warnings, testing::SizeIs(1));
}

TEST(Body, OfAnotherProtocolIsNoSuccess) {
  const RawServer server([](Connection& connection) {
    (void)connection.read_request();
    connection.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\nhello");
  });
  EXPECT_THROW((void)fetch(server, without_retries()), ApiError);
}

TEST(Body, StatusCodesHaveTheirClasses) {
  const auto raise = [](int status, const std::string& body) {
    const RawServer server(sending(http_response(status, body)));
    (void)fetch(server, without_retries());
  };
  EXPECT_THROW(raise(400, ""), BadRequest);
  EXPECT_THROW(raise(401, ""), Unauthorized);
  EXPECT_THROW(raise(403, ""), Forbidden);
  EXPECT_THROW(raise(404, ""), NotFound);
  EXPECT_THROW(raise(409, R"({"kind":"Status","reason":"AlreadyExists"})"), AlreadyExists);
  EXPECT_THROW(raise(409, R"({"kind":"Status","reason":"Conflict"})"), Conflict);
  EXPECT_THROW(raise(409, "text"), Conflict);
  EXPECT_THROW(raise(410, ""), Expired);
  EXPECT_THROW(raise(418, ""), ApiError);
  EXPECT_THROW(raise(422, ""), Invalid);
  EXPECT_THROW(raise(429, ""), TooManyRequests);
  EXPECT_THROW(raise(503, ""), ServerError);
}

}  // namespace
}  // namespace kplane::tests
