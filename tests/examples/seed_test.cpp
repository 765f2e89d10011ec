// seed: the same objects in every plane of a Fleet.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <stdlib.h>

#include <gtest/gtest.h>

#include <kplane/client.hpp>
#include <kplane/testing/local_server.hpp>

#include "local_environment.hpp"
#include "program.hpp"

namespace kplane::tests {
namespace {

using testing::LocalServer;

/// A directory with one manifest, which is gone at the end of the test.
class Directory {
 public:
  explicit Directory(const std::string& manifest) {
    std::string pattern = (std::filesystem::temp_directory_path() / "kplane-seed-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
    std::ofstream(path_ / "one.yaml") << manifest;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(Seed, FillsEveryPlane) {
  const LocalServer server;
  const ProgramResult result =
      run_program(KPLANE_SEED, {"f", KPLANE_SEED_SHOP, "--create", "3"}, environment_of(server));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_NE(result.out.find("3/3 f-000"), std::string::npos) << result.out;
  for (const Plane& plane : server.client().get_fleet("f").planes()) {
    const auto settings = plane.resource("v1", "configmaps").in("shop").get("settings");
    EXPECT_EQ(settings.get<std::string>("/data/mode"), "on");
    const auto discount = plane.resource("shop.example.com/v1", "discounts").in("shop").get("spring");
    EXPECT_EQ(discount.get<std::int64_t>("/spec/percent"), 10);
  }
}

TEST(Seed, MayRunTwice) {
  const LocalServer server;
  const std::vector<std::string> arguments{"f", KPLANE_SEED_SHOP, "--create", "1"};
  EXPECT_EQ(run_program(KPLANE_SEED, arguments, environment_of(server)).exit_code, 0);
  const ProgramResult again = run_program(KPLANE_SEED, arguments, environment_of(server));
  EXPECT_EQ(again.exit_code, 0) << again.err;
}

TEST(Seed, SaysWhatFailed) {
  const LocalServer server;
  const Directory directory("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: absent}\n");
  const ProgramResult result =
      run_program(KPLANE_SEED, {"f", directory.path(), "--create", "2"}, environment_of(server));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.out.find("0 applied, 1 failed"), std::string::npos) << result.out;
  EXPECT_NE(result.err.find("seed: f-0001: ConfigMap a ("), std::string::npos) << result.err;
}

TEST(Seed, SendsNothingOfABrokenDirectory) {
  const LocalServer server;
  const Directory directory("apiVersion: v1\nkind: [\n");
  const ProgramResult result =
      run_program(KPLANE_SEED, {"f", directory.path(), "--create", "1"}, environment_of(server));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("one.yaml, document 1, line "), std::string::npos) << result.err;
  EXPECT_FALSE(server.client().find_fleet("f"));
}

TEST(Seed, WantsAFleet) {
  const LocalServer server;
  EXPECT_EQ(run_program(KPLANE_SEED, {"absent", KPLANE_SEED_SHOP}, environment_of(server)).exit_code, 1);
}

TEST(Seed, RefusesBadArguments) {
  const std::vector<std::vector<std::string>> bad{
      {}, {"f"}, {"f", "d", "e"}, {"f", "d", "--create"}, {"f", "d", "--create", "0"}, {"f", "d", "--frob"}};
  for (const auto& arguments : bad) EXPECT_EQ(run_program(KPLANE_SEED, arguments).exit_code, 2);
  EXPECT_EQ(run_program(KPLANE_SEED, {"--help"}).out.rfind("usage: seed", 0), 0U);
}

}  // namespace
}  // namespace kplane::tests
