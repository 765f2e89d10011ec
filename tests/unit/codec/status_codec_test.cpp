// Error bodies: a Status, or anything at all.
#include "codec/status.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/documents.hpp"

namespace kplane::codec {
namespace {

ApiError::Info read(std::string_view body) {
  ApiError::Info info;
  info.status = 422;
  read_status(tests::make_document(body), info);
  return info;
}

TEST(StatusCodec, ReadsReasonMessageAndDetails) {
  const auto info = read(
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Fleet \"x\" is invalid","reason":"Invalid",
          "details":{"name":"x","group":"kplane.dev","kind":"Fleet","uid":"u","retryAfterSeconds":2,
          "causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec"}]},"code":422})");
  EXPECT_EQ(info.reason, "Invalid");
  EXPECT_EQ(info.message, "Fleet \"x\" is invalid");
  EXPECT_EQ(info.details.name, "x");
  EXPECT_EQ(info.details.group, "kplane.dev");
  EXPECT_EQ(info.details.uid, "u");
  ASSERT_EQ(info.details.causes.size(), 1U);
  EXPECT_EQ(info.details.causes[0].field, "spec");
  EXPECT_EQ(info.retry_after, std::chrono::seconds{2});
}

TEST(StatusCodec, MayHaveNoKindWhereARequestTookTooLong) {
  const auto info = read(
      R"({"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout",)"
      R"("reason":"Timeout","details":{},"code":504})"
      "\n\n");
  EXPECT_EQ(info.reason, "Timeout");
  EXPECT_EQ(info.message, "Timeout: request did not complete within the allotted timeout");
  EXPECT_EQ(read(R"({"kind":"Secret","status":"Failure","reason":"x","data":{"token":"hidden"}})").reason, "");
}

TEST(StatusCodec, RetryAfterHeaderWins) {
  ApiError::Info info;
  info.retry_after = std::chrono::seconds{9};
  read_status(tests::make_document(R"({"kind":"Status","details":{"retryAfterSeconds":2}})"), info);
  EXPECT_EQ(info.retry_after, std::chrono::seconds{9});
}

TEST(StatusCodec, AnyOtherTextIsTheMessageShortened) {
  EXPECT_EQ(read("404 page not found\n").message, "404 page not found");
  EXPECT_EQ(read("").message, "");
  EXPECT_EQ(read("<html>\n  <b>no</b>").message, "<html> <b>no</b>");
  EXPECT_LT(read(std::string(1'000'000, 'x')).message.size(), 1'000U);
  EXPECT_EQ(read("\x1b[31m\xff").message, "[31m?");
}

TEST(StatusCodec, ObjectOfAnotherKindIsNotQuoted) {
  EXPECT_EQ(read(R"({"kind":"TokenRequest","status":{"token":"abc"}})").message,
            "the answer is not a Status but a TokenRequest");
  EXPECT_EQ(read(R"({"error":"out of order"})").message, "out of order");
  EXPECT_EQ(read(R"({"error":{"message":"no healthy upstream"}})").message, "no healthy upstream");
  for (const char* body : {R"({"data":{"password":"czNjcmV0"}})", R"(["s3cret"])", R"("s3cret")",
                           R"({"\u006bind":"Secret","data":{"password":"s3cret"}})"}) {
    EXPECT_EQ(read(body).message.find("3"), std::string::npos) << body;
  }
}

TEST(StatusCodec, ObjectInAnotherFormatIsNotQuoted) {
  const char16_t utf16[] = u"\ufeff{\"kind\":\"Secret\",\"data\":{\"password\":\"s3cret\"}}";
  for (const std::string& body : {std::string("apiVersion: v1\nkind: Secret\ndata:\n  password: s3cret\n"),
                                  std::string("received:\n- 'data' :\n    password: s3cret\n"),
                                  std::string("callback({\"password\":\"s3cret\"})"),
                                  std::string(R"({"kind":"Secret","data":{"password":"s3cret")"),
                                  std::string("-----BEGIN EC PRIVATE KEY-----\ns3cret\n-----END EC PRIVATE KEY-----\n"),
                                  std::string(reinterpret_cast<const char*>(utf16), sizeof utf16)}) {
    const std::string message = read(body).message;
    EXPECT_EQ(message.find("s3cret"), std::string::npos) << message;
    EXPECT_EQ(message.find("s?3"), std::string::npos) << message;
    EXPECT_EQ(message.find("s 3"), std::string::npos) << message;
  }
  EXPECT_EQ(read("[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n").message,
            "[+]ping ok [-]etcd failed: reason withheld readyz check failed");
}

TEST(StatusCodec, SecretsAreBlottedOutOfWhatIsShown) {
  detail::Secrets secrets;
  secrets.add("long/secret+1");
  for (const char* body :
       {R"({"kind":"Status","message":"a long\/secret\u002B1 b","reason":"long/secret+1",
            "details":{"name":"long/secret+1","uid":"\u006cong/secret+1","causes":[{"message":"long/secret+1"}]}})",
        R"({"kind":"long/secret\u002b1"})", R"({"message":"\u006cong/secret+1"})", "Bearer long/secret+1",
        "<a href='?t=long%2Fsecret%2B1'>", "long\\/secret\\u002B1", "long&#47;secret&#x2B;1", "bG9uZy9zZWNyZXQrMQ=="}) {
    ApiError::Info info;
    read_status(tests::make_document(body), info, secrets);
    std::string shown = info.message + info.reason + info.details.name + info.details.uid;
    for (const StatusCause& cause : info.details.causes) shown += cause.message;
    EXPECT_NE(shown.find("*****"), std::string::npos) << shown;
    EXPECT_EQ(shown.find("secret"), std::string::npos) << shown;
    EXPECT_EQ(shown.find("bG9uZ"), std::string::npos) << shown;
  }
}

TEST(StatusCodec, SecretIsKnownWhereTheTextIsCut) {
  detail::Secrets secrets;
  secrets.add("long-secret-1");
  for (std::size_t before = 0; before < 600; before += 7) {
    ApiError::Info info;
    read_status(tests::make_document(std::string(before, 'x') + "long-secret-1"), info, secrets);
    EXPECT_EQ(info.message.find('l'), std::string::npos) << before;
  }
}

TEST(StatusCodec, ControlsOfTheTerminalAndOfWritingDirectionAreEscaped) {
  const auto info = read(
      "{\"kind\":\"Status\",\"message\":\"a\xc2\x9b"
      "31mb\",\"reason\":\"\\u202egnp.\"}");
  EXPECT_EQ(info.message, "a\\u009b31mb");
  EXPECT_EQ(info.reason, "\\u202egnp.");
}

TEST(StatusCodec, TextsAreOnOneLineAndObeyNothing) {
  const auto info = read(R"({"kind":"Status","reason":"a\u001b[31m","message":"b\r\nERROR all is lost"})");
  EXPECT_EQ(info.reason, "a [31m");
  EXPECT_EQ(info.message, "b  ERROR all is lost");
}

TEST(StatusCodec, BrokenStatusNeverReplacesTheError) {
  for (const char* body :
       {R"({"kind":"Status","message":)", R"({"kind":"Status","message":7,"reason":[],"details":"x"})", "{", "[]",
        "null", R"({"kind":"Status","message":"\ud800"})", R"({"kind":"Status","details":{"causes":[1,null,"x"]}})"}) {
    EXPECT_NO_THROW((void)read(body)) << body;
  }
  EXPECT_NO_THROW((void)read(R"({"kind":"Status","details":)" + std::string(100'000, '[')));
}

TEST(StatusCodec, HugeRetryIsBounded) {
  const auto info = read(R"({"kind":"Status","details":{"retryAfterSeconds":9223372036854775807}})");
  ASSERT_TRUE(info.retry_after);
  EXPECT_GT(*info.retry_after, std::chrono::seconds{0});
}

}  // namespace
}  // namespace kplane::codec
