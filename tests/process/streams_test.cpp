// Processes without standard streams, and ones that end within a batch.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>

#include "examples/local_environment.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

ProgramResult run_victim(const testing::LocalServer& server, const std::string& mode, const std::string& name) {
  return run_program(KPLANE_VICTIM, {mode, name}, environment_of(server));
}

TEST(Process, WithoutStandardStreamsSendsNoLogToItsServer) {
  for (const bool tls : {false, true}) {
    testing::LocalServerOptions options;
    options.tls = tls;
    const testing::LocalServer server(options);
    Environment environment = environment_of(server);
    const TemporaryDirectory directory;
    if (tls) {
      const std::string ca_file = (directory.path() / "ca.pem").string();
      std::ofstream(ca_file) << server.ca_pem();
      environment["KPLANE_CA_FILE"] = ca_file;
    }
    const ProgramResult result = run_program(KPLANE_VICTIM, {"streams", "a"}, environment);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(server.connection_count(), 3U) << "one for state(), two for the batch: none broke";
  }
}

TEST(Process, WithoutStandardStreamsRecordsNoLog) {
  const testing::LocalServer server;
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "run.jsonl.zst").string();
  EXPECT_EQ(run_victim(server, "record", path).exit_code, 0);
  std::size_t steps = 0;
  for (rl::Replay replay(path); replay.next();) ++steps;
  EXPECT_EQ(steps, 3U);
}

TEST(Process, ThatExitsWithinABatchEndsCleanly) {
  const testing::LocalServer server;
  const ProgramResult result = run_victim(server, "exit", "p");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace kplane::tests
