// Every example against another process: a kplane-local, over HTTP and over HTTPS.
#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace kplane::tests {
namespace {

/// A kplane-local that serves as long as this object lives.
class KplaneLocal {
 public:
  explicit KplaneLocal(bool tls)
      : program_(KPLANE_LOCAL, tls ? std::vector<std::string>{"--tls"} : std::vector<std::string>{}) {
    for (int lines = tls ? 3 : 2; lines > 0; --lines) note_export(program_.read_line());
  }

  /// What a shell would have after it ran the printed lines.
  [[nodiscard]] const Environment& environment() const noexcept { return environment_; }

  /// @return its exit code
  int stop() {
    program_.send_signal(SIGINT);
    return program_.wait().exit_code;
  }

 private:
  void note_export(const std::string& line) {
    constexpr char kExport[] = "export ";
    const std::size_t equals = line.find('=');
    if (line.rfind(kExport, 0) != 0 || equals == std::string::npos) throw std::runtime_error("not an export: " + line);
    const std::size_t start = sizeof kExport - 1;
    environment_[line.substr(start, equals - start)] = line.substr(equals + 1);
  }

  Program program_;
  Environment environment_;
};

class Targets : public ::testing::TestWithParam<bool> {};

INSTANTIATE_TEST_SUITE_P(Http, Targets, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Https, Targets, ::testing::Values(true));

TEST_P(Targets, AllExamplesRunAgainstKplaneLocal) {
  KplaneLocal server(GetParam());
  for (const char* path : {KPLANE_QUICKSTART, KPLANE_ERRORS}) {
    const ProgramResult result = run_program(path, {}, server.environment());
    EXPECT_EQ(result.exit_code, 0) << path << ": " << result.err;
    EXPECT_EQ(result.err, "") << path;
  }
  const ProgramResult rollout =
      run_program(KPLANE_ROLLOUT, {"--planes", "4", "--steps", "2", "--json"}, server.environment());
  EXPECT_EQ(rollout.exit_code, 0) << rollout.err;
  EXPECT_EQ(nlohmann::json::parse(rollout.out).at("steps").back().at("scored"), 4);
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace kplane::tests
