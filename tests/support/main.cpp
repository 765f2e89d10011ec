// Like GoogleTest's main, but where KPLANE_TESTS_SKIPPED_CODE is set, a run of which some cases were skipped, and none
// failed, ends with that code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

int main(int count, char** arguments) {
  ::testing::InitGoogleMock(&count, arguments);
  const int result = RUN_ALL_TESTS();
  const char* const skipped_code = std::getenv("KPLANE_TESTS_SKIPPED_CODE");
  const bool has_skipped = ::testing::UnitTest::GetInstance()->skipped_test_count() != 0;
  return result == 0 && has_skipped && skipped_code != nullptr ? std::atoi(skipped_code) : result;
}
