// quickstart on a server of its own.
#include <algorithm>

#include <gtest/gtest.h>

#include "program.hpp"

namespace kplane::tests {
namespace {

TEST(Quickstart, ReadsEveryPlane) {
  const ProgramResult result = run_program(KPLANE_QUICKSTART, {});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 4) << result.out;
  EXPECT_NE(result.out.find("quickstart-0003 holds "), std::string::npos) << result.out;
  EXPECT_EQ(result.err, "");
}

TEST(Quickstart, SaysWhyItCannotRun) {
  const ProgramResult result = run_program(KPLANE_QUICKSTART, {}, {{"KPLANE_HOST", "no-url"}});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err.rfind("quickstart: ", 0), 0U) << result.err;
}

}  // namespace
}  // namespace kplane::tests
