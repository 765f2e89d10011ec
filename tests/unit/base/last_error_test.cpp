#include "base/last_error.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kplane::detail {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

ErrorPtr refused(const char* why) { return std::make_shared<TransportError>(why); }
ErrorPtr timed_out(const char* why) { return std::make_shared<TimeoutError>(why); }

TEST(LastError, IsTheNewestOne) {
  LastError error;
  EXPECT_THAT(error.told(), IsEmpty());
  error.note(refused("first"));
  error.note(refused("second"));
  EXPECT_EQ(error.told(), "; last error: second");
  error.clear();
  EXPECT_THAT(error.told(), IsEmpty());
}

TEST(LastError, ThatIsATimeoutDoesNotHideWhatFailedBefore) {
  LastError error;
  error.note(refused("status 503"));
  error.note(timed_out("too late"));
  error.note(timed_out("much too late"));
  EXPECT_THAT(error.told(), AllOf(HasSubstr("much too late"), HasSubstr("status 503")));
  error.note(refused("status 500"));
  EXPECT_THAT(error.told(), AllOf(HasSubstr("status 500"), Not(HasSubstr("503")), Not(HasSubstr("late"))));
}

}  // namespace
}  // namespace kplane::detail
