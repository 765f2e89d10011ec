// The error classes: relations, messages, copies.
#include <kplane/baseline.hpp>
#include <kplane/error.hpp>

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

namespace kplane {
namespace {

ApiError::Info info(int status) {
  ApiError::Info info;
  info.status = status;
  info.reason = "NotFound";
  info.message = "no such thing";
  info.audit_id = "audit-1";
  info.method = "GET";
  info.url = "https://host/x";
  return info;
}

static_assert(std::is_nothrow_copy_constructible_v<NotFound>);
static_assert(std::is_nothrow_copy_constructible_v<FleetError>);
static_assert(std::is_base_of_v<TransportError, TimeoutError> && std::is_base_of_v<TransportError, TlsError>);
static_assert(std::is_base_of_v<ApiError, Conflict> && std::is_base_of_v<Error, FleetError>);
static_assert(std::is_base_of_v<std::runtime_error, Error>);

TEST(Error, ApiErrorSaysWhatWasAskedAndWhatWasAnswered) {
  const NotFound error(info(404));
  EXPECT_STREQ(error.what(), "GET https://host/x: 404 NotFound: no such thing (audit ID audit-1)");
  EXPECT_EQ(error.status(), 404);
  EXPECT_EQ(error.reason(), "NotFound");
  EXPECT_EQ(error.method(), "GET");
}

TEST(Error, FleetThatWasReplacedIsAFleetError) {
  const FleetReplaced error("another one");
  EXPECT_FALSE(error.retryable());
  EXPECT_TRUE(error.members().empty());
  EXPECT_THROW(error.raise(), FleetReplaced);
  EXPECT_THROW(error.share()->raise(), FleetError);
}

TEST(Error, TypesThatAreNotSyncedAreATimeout) {
  const NotSynced error("too late", {"pods", "deployments.apps"});
  EXPECT_TRUE(error.retryable());
  EXPECT_EQ(error.types(), (std::vector<std::string>{"pods", "deployments.apps"}));
  EXPECT_THROW(error.raise(), NotSynced);
  EXPECT_THROW(error.share()->raise(), TimeoutError);
}

TEST(Error, PlaneThatIsNotPristineSaysWhatDiffers) {
  Change change;
  change.name = "left-behind";
  const NotPristine error("it differs", {change});
  EXPECT_FALSE(error.retryable());
  const auto shared = error.share();
  try {
    shared->raise();
  } catch (const NotPristine& raised) {
    EXPECT_EQ(raised.changes().at(0).name, "left-behind");
  }
}

TEST(Error, MessageThatOnlyRepeatsTheReasonIsLeftOut) {
  ApiError::Info same = info(401);
  same.reason = same.message = "Unauthorized";
  EXPECT_STREQ(Unauthorized(same).what(), "GET https://host/x: 401 Unauthorized (audit ID audit-1)");
}

TEST(Error, CopyKeepsEverything) {
  const NotFound error(info(404));
  const NotFound copy = error;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_STREQ(copy.what(), error.what());
  EXPECT_EQ(copy.audit_id(), "audit-1");
}

TEST(Error, RaiseAndShareKeepTheDynamicType) {
  const NotFound original(info(404));
  const Error& error = original;
  EXPECT_THROW(error.raise(), NotFound);
  EXPECT_THROW(error.share()->raise(), NotFound);
  EXPECT_THROW(static_cast<const Error&>(TimeoutError("late")).raise(), TimeoutError);
  EXPECT_THROW(static_cast<const Error&>(DecodeError("bad", 7)).raise(), DecodeError);
  EXPECT_THROW(Error("plain").raise(), Error);
}

TEST(Error, RetryableIsWhatMayPass) {
  EXPECT_TRUE(ServerError(info(503)).retryable());
  EXPECT_TRUE(TooManyRequests(info(429)).retryable());
  EXPECT_FALSE(ServerError(info(500)).retryable());
  ApiError::Info asked = info(500);
  asked.retry_after = std::chrono::seconds{1};
  EXPECT_TRUE(ServerError(asked).retryable());
  EXPECT_FALSE(NotFound(info(404)).retryable());
  EXPECT_FALSE(ConfigError("x").retryable());
  EXPECT_TRUE(TimeoutError("x").retryable());
}

TEST(Error, DecodeErrorNamesTheByte) {
  const DecodeError error("bad", 7);
  EXPECT_EQ(error.byte_offset(), 7U);
  EXPECT_STREQ(error.what(), "bad (at byte 7)");
}

}  // namespace
}  // namespace kplane
