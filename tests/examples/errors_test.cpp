// errors on a server of its own.
#include <string>

#include <gtest/gtest.h>

#include "program.hpp"

namespace kplane::tests {
namespace {

TEST(Errors, ShowsEveryClass) {
  const ProgramResult result = run_program(KPLANE_ERRORS, {});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  for (const char* type : {"ConfigError", "TransportError", "TimeoutError", "TlsError", "DecodeError", "BadRequest",
                           "Unauthorized", "Forbidden", "NotFound", "AlreadyExists", "Conflict", "Invalid", "Expired",
                           "TooManyRequests", "ServerError", "FleetError", "Unauthorized in a StateResult"}) {
    // The column between two others: a name inside a message does not count.
    EXPECT_NE(result.out.find("  " + std::string(type) + "  "), std::string::npos) << type << " is not in\n"
                                                                                   << result.out;
  }
}

}  // namespace
}  // namespace kplane::tests
