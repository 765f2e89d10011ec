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
            "the answer is no Status but a TokenRequest");
  EXPECT_EQ(read(R"({"error":"out of order"})").message, R"({"error":"out of order"})");
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
