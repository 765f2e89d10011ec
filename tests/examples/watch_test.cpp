// watch: a line for each change, whatever the server does, until it is asked to end.
#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include <kplane/client.hpp>
#include <kplane/testing/local_server.hpp>

#include "kplane_local.hpp"
#include "local_environment.hpp"
#include "program.hpp"

namespace kplane::tests {
namespace {

constexpr char kSettings[] = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"}})";

Resource config_maps(const Client& client) {
  return client.plane("team-alpha").resource("v1", "configmaps").in("default");
}

/// The next line that begins so; empty when the program ends before it.
std::string line_with(Program& program, const std::string& beginning) {
  std::string line = program.read_line();
  while (!line.empty() && line.rfind(beginning, 0) != 0) line = program.read_line();
  return line;
}

std::string line_for(const char* change, const Object& object) {
  return std::string(change) + " default/settings at " + std::string(object.resource_version());
}

void expect_end_by(int signal, Program& program) {
  program.send_signal(signal);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
}

TEST(Watch, PrintsEachChangeUntilCtrlC) {
  KplaneLocal server(false);
  const Client client(server.environment().at("KPLANE_HOST"), {.token = server.environment().at("KPLANE_TOKEN")});
  const Resource maps = config_maps(client);
  Program watch(KPLANE_WATCH, {"team-alpha", "v1", "configmaps"}, server.environment());
  const Object created = maps.create(kSettings);
  EXPECT_EQ(line_with(watch, "added default/settings"), line_for("added", created));
  const Object patched = maps.patch("settings", PatchType::merge, R"({"data":{"mode":"on"}})");
  EXPECT_EQ(line_with(watch, "modified default/settings"), line_for("modified", patched));
  maps.remove("settings");
  EXPECT_NE(line_with(watch, "deleted default/settings"), "");
  expect_end_by(SIGINT, watch);
  EXPECT_EQ(server.stop(), 0);
}

TEST(Watch, GoesOnWhenTheServerRestarts) {
  testing::LocalServer server;
  const Resource maps = config_maps(server.client());
  const Object created = maps.create(kSettings);
  Program watch(KPLANE_WATCH, {"team-alpha", "v1", "configmaps"}, environment_of(server));
  EXPECT_EQ(line_with(watch, "added default/settings"), line_for("added", created));
  server.restart();
  const Object patched = maps.patch("settings", PatchType::merge, R"({"data":{"mode":"on"}})");
  EXPECT_EQ(line_with(watch, "modified default/settings"), line_for("modified", patched));
  expect_end_by(SIGTERM, watch);
}

TEST(Watch, SaysWhyItCannotRun) {
  const ProgramResult usage = run_program(KPLANE_WATCH, {"team-alpha", "v1"});
  EXPECT_EQ(usage.exit_code, 2);
  EXPECT_EQ(usage.err.rfind("usage: watch", 0), 0U) << usage.err;
  const ProgramResult unserved = run_program(KPLANE_WATCH, {"team-alpha", "v1", "nosuchthings"});
  EXPECT_EQ(unserved.exit_code, 1);
  EXPECT_EQ(unserved.err.rfind("watch: ", 0), 0U) << unserved.err;
}

}  // namespace
}  // namespace kplane::tests
