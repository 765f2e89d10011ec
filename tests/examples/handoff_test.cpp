// handoff: one plane of two is handed over by a kubeconfig of its own, and both are scored.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>

#include <stdlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <kplane/client.hpp>
#include <kplane/testing/local_server.hpp>

#include "kplane_local.hpp"
#include "local_environment.hpp"
#include "program.hpp"

namespace kplane::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

/// Whether the agent's kubectl lets the server check fields, as it does from 1.25 on: an older one wants `/openapi/v2`
/// for that, which LocalServer does not serve.
bool has_kubectl() { return std::system("kubectl create --help 2>/dev/null | grep -q \"validate='strict'\"") == 0; }

/// A directory for an agent of the test's own and what it writes; gone at the end of the test.
class Workshop {
 public:
  Workshop() {
    std::string pattern = (fs::temp_directory_path() / "kplane-handoff-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  /// A shell script that runs in this directory.
  [[nodiscard]] std::string agent(const std::string& commands) const {
    const fs::path script = path_ / "agent.sh";
    std::ofstream(script) << "#!/bin/sh\ncd '" << path_.string() << "'\n" << commands << '\n';
    fs::permissions(script, fs::perms::owner_all);
    return script.string();
  }
  [[nodiscard]] std::string content_of(const std::string& name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  fs::path path_;
};

TEST(Handoff, ScoresWhatTheScriptDidWithKubectl) {
  if (!has_kubectl()) GTEST_SKIP() << "kubectl 1.25 or newer is not installed";
  const ProgramResult result = run_program(KPLANE_HANDOFF, {});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("-0000: 3 of 3 goals reached"));
  EXPECT_THAT(result.out, HasSubstr("-0001: 0 of 3 goals reached"));
}

TEST(Handoff, RunsAgainstKplaneLocal) {
  if (!has_kubectl()) GTEST_SKIP() << "kubectl 1.25 or newer is not installed";
  KplaneLocal server(true);
  const ProgramResult result = run_program(KPLANE_HANDOFF, {}, server.environment());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("-0000: 3 of 3 goals reached"));
  EXPECT_EQ(server.stop(), 0);
}

TEST(Handoff, AgentSeesNothingOfTheTrainer) {
  const testing::LocalServer server;
  const Workshop workshop;
  const std::string agent = workshop.agent("env > environment; cp \"$KUBECONFIG\" seen; touch \"$HOME/left\"");
  const ProgramResult result = run_program(KPLANE_HANDOFF, {agent}, environment_of(server));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("-0000: 0 of 3 goals reached"));
  EXPECT_THAT(workshop.content_of("seen"), HasSubstr("token:"));
  EXPECT_THAT(workshop.content_of("seen"), Not(HasSubstr(server.token())));
  const std::string environment = workshop.content_of("environment");
  EXPECT_THAT(environment, HasSubstr("KUBECONFIG="));
  EXPECT_THAT(environment, Not(HasSubstr("KPLANE_")));
  const std::string home = environment.substr(environment.find("HOME=") + 5);
  EXPECT_FALSE(fs::exists(home.substr(0, home.find('\n'))));
}

TEST(Handoff, SaysThatTheAgentFailed) {
  const Workshop workshop;
  const ProgramResult result = run_program(KPLANE_HANDOFF, {workshop.agent("exit 7")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "handoff: the agent ended with 7\n");
  EXPECT_THAT(result.out, HasSubstr("-0000: 0 of 3 goals reached"));
  EXPECT_EQ(run_program(KPLANE_HANDOFF, {workshop.agent("") + ".absent"}).exit_code, 1);
}

TEST(Handoff, SaysThatKubectlIsMissing) {
  const Workshop workshop;
  const fs::path empty = fs::path(workshop.agent("")).parent_path();
  const ProgramResult result = run_program(KPLANE_HANDOFF, {}, {{"PATH", empty.string()}});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("kubectl is not installed"));
}

TEST(Handoff, RefusesBadArguments) {
  EXPECT_EQ(run_program(KPLANE_HANDOFF, {"a", "b"}).exit_code, 2);
  EXPECT_EQ(run_program(KPLANE_HANDOFF, {"--frob"}).exit_code, 2);
  EXPECT_EQ(run_program(KPLANE_HANDOFF, {"--help"}).out.rfind("usage: handoff", 0), 0U);
}

}  // namespace
}  // namespace kplane::tests
