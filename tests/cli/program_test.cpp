// The program itself, as a shell starts it.
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include <kplane/testing/local_server.hpp>

#include "examples/local_environment.hpp"
#include "examples/program.hpp"

namespace kplane::tests {
namespace {

using testing::LocalServer;

TEST(KplaneProgram, TakesTheServerFromTheEnvironment) {
  LocalServer server;
  const ProgramResult result = run_program(KPLANE_PROGRAM, {"state", "a", "namespaces"}, environment_of(server));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("kube-system"), std::string::npos);
  EXPECT_EQ(result.out.find('\x1b'), std::string::npos) << "no colours in a pipe";
}

TEST(KplaneProgram, SendsTheEnvironmentsTokenToTheServerThatItIsOf) {
  testing::LocalServerOptions options;
  options.token = "the-token";
  LocalServer server(options);
  LocalServer other(options);
  const auto code_with = [&](const std::string& url) {
    return run_program(KPLANE_PROGRAM, {"state", "a", "--server", url}, environment_of(server)).exit_code;
  };
  EXPECT_EQ(code_with(server.base_url() + '/'), 0);
  EXPECT_NE(code_with(other.base_url()), 0);
}

TEST(KplaneProgram, EndsAtOnceWithASignal) {
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    LocalServer server;
    testing::Fault stall;
    stall.path_contains = "/state";
    stall.times = -1;
    stall.delay = std::chrono::minutes(1);
    server.add_fault(stall);
    StopSource arrived;
    server.on_request([&](const std::string& /*method*/, const std::string& target) {
      if (target.find("/state") != std::string::npos) arrived.request_stop();
    });
    Program program(KPLANE_PROGRAM, {"state", "a"}, environment_of(server));
    ASSERT_TRUE(arrived.token().wait_for(std::chrono::seconds(60)));
    program.send_signal(signal);
    const ProgramResult result = program.wait();
    EXPECT_EQ(result.exit_code, code) << result.err;
    EXPECT_EQ(result.out, "");
  }
}

TEST(KplaneProgram, RemovesAForkThatASignalBreaksOff) {
  LocalServer server;
  StopSource arrived;
  testing::Fault stall;
  stall.method = "POST";
  stall.path_contains = "-0001/control-plane/api/v1/namespaces/default/configmaps";
  stall.delay = std::chrono::minutes(1);
  server.client().plane("source").wait_until_ready();
  server.client().plane("source").resource("v1", "configmaps").in("default").create(R"({"metadata":{"name":"menu"}})");
  server.add_fault(stall);
  server.on_request([&](const std::string& method, const std::string& target) {
    if (method == "POST" && target.find(stall.path_contains) != std::string::npos) arrived.request_stop();
  });
  Program program(KPLANE_PROGRAM, {"fork", "source", "--to", "2"}, environment_of(server));
  ASSERT_TRUE(arrived.token().wait_for(std::chrono::seconds(60)));
  program.send_signal(SIGINT);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_TRUE(server.client().list_fleets().empty()) << result.err;
}

}  // namespace
}  // namespace kplane::tests
