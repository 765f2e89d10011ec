// Each command against LocalServer.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>

#include "cli.hpp"
#include "cli/output/json_output.hpp"

namespace kplane::tests {
namespace {

using cli::ExitCode;
using cli::Json;
using cli::parse_ordered;
using testing::LocalServer;
using testing::LocalServerOptions;

void make_map(const Plane& plane, const std::string& name, const std::string& soup = "leek") {
  plane.wait_until_ready();
  plane.resource("v1", "configmaps")
      .apply(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("},"data":{"soup":")" + soup +
             R"("}})");
}

TEST(CommandLine, SaysWhatIsWrongWithItsArguments) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                {"nonsense"},
                                                {"state"},
                                                {"state", "a", "-o", "xml"},
                                                {"fork", "a"},
                                                {"fork", "a", "--to", "0"},
                                                {"purge"},
                                                {"doctor", "--deadline", "-1"},
                                                {"state", "a", "--insecure"},
                                                {"completion", "csh"}}) {
    const Called called = call(wrong);
    EXPECT_EQ(called.code, ExitCode::usage) << called.out;
    EXPECT_EQ(called.out, "");
    EXPECT_TRUE(contains(called.err, "--help")) << called.err;
  }
}

TEST(CommandLine, HelpNamesEveryCommand) {
  const Called called = call({"--help"});
  EXPECT_EQ(called.code, ExitCode::success);
  for (const char* command :
       {"doctor", "state", "diff", "fleets", "fork", "purge", "sweep", "kubeconfig", "replay", "completion"}) {
    EXPECT_TRUE(contains(called.out, command)) << command;
    EXPECT_EQ(call({command, "--help"}).code, ExitCode::success) << command;
  }
  EXPECT_TRUE(contains(call({"--version"}).out, version().data()));
}

TEST(CommandLine, ExitCodesTellFailuresApart) {
  LocalServer server;
  const Cli kplane(server);
  EXPECT_EQ(kplane({"state", "no/plane"}).code, ExitCode::usage);
  EXPECT_EQ(kplane({"replay", "/nonexistent"}).code, ExitCode::usage);
  EXPECT_EQ(kplane({"fleets", "absent"}).code, ExitCode::refused);
  EXPECT_EQ(Cli(server, "wrong")({"state", "a"}).code, ExitCode::refused);
  StopSource stop;
  stop.request_stop();
  EXPECT_EQ(kplane({"state", "a"}, {}, stop.token()).code, ExitCode::stopped);
  server.stop();
  const Called called = kplane({"state", "a", "--json"});
  EXPECT_EQ(called.code, ExitCode::unreachable);
  EXPECT_EQ(parse_ordered(called.err)["error"]["kind"], "transport");
  EXPECT_EQ(called.out, "");
}

TEST(State, IsShownInEachFormat) {
  LocalServer server;
  const Cli kplane(server);
  make_map(server.client().plane("a"), "menu");
  EXPECT_TRUE(contains(kplane({"state", "a"}).out, "configmaps"));
  const Called table = kplane({"state", "a", "configmaps"});
  EXPECT_TRUE(contains(table.out, "menu")) << table.out;
  EXPECT_FALSE(contains(table.out, "clusterroles"));
  EXPECT_EQ(kplane({"state", "a", "configmaps", "-o",
                    R"(jsonpath={.resources[*].items[?(@.metadata.name=="menu")].data.soup})"})
                .out,
            "leek\n");
  EXPECT_EQ(parse_ordered(kplane({"--json", "state", "a", "configmaps"}).out)["cluster"], "a");
  EXPECT_TRUE(contains(kplane({"state", "a", "configmaps", "-o", "yaml"}).out, "      soup: leek\n"));
}

TEST(State, SaysWhereTheServerHasNotListedAType) {
  LocalServer server;
  server.client().plane("a").wait_until_ready();
  server.set_synced("a", "configmaps", false);
  const Called called = Cli(server)({"state", "a", "configmaps", "--all-types"});
  EXPECT_EQ(called.code, ExitCode::success);
  EXPECT_TRUE(contains(called.err, "has not finished listing configmaps")) << called.err;
  EXPECT_EQ(Cli(server)({"state", "a", "configmaps", "--synced", "--timeout", "0.2"}).code, ExitCode::unreachable);
}

TEST(Diff, ComparesPlanesAndFiles) {
  LocalServer server;
  const Cli kplane(server);
  make_map(server.client().plane("a"), "menu", "leek");
  make_map(server.client().plane("b"), "menu", "pea");
  make_map(server.client().plane("b"), "other");
  const Called called = kplane({"diff", "a", "b"});
  EXPECT_EQ(called.code, ExitCode::negative) << called.err;
  EXPECT_EQ(called.out, "~ configmaps default/menu\n    /data/soup: \"leek\" -> \"pea\"\n+ configmaps default/other\n");
  const std::string file = kplane.write("a.json", kplane({"state", "a", "-o", "json"}).out);
  EXPECT_EQ(kplane({"diff", file, "a"}).code, ExitCode::success);
  const Called json = kplane({"diff", file, "b", "--json", "--ignore", "/data"});
  EXPECT_EQ(parse_ordered(json.out)["changes"].size(), 1U) << json.out;
  const std::string baseline = kplane.write("baseline.json", server.client().plane("a").baseline().json());
  EXPECT_EQ(kplane({"diff", baseline, "a"}).code, ExitCode::success);
  EXPECT_EQ(kplane({"diff", kplane.write("bad.json", "{"), "a"}).code, ExitCode::unreachable);
}

TEST(Diff, ShowsNoDataOfSecrets) {
  LocalServer server;
  const Cli kplane(server);
  for (const char* plane : {"a", "b"}) {
    server.client().plane(plane).wait_until_ready();
    server.client()
        .plane(plane)
        .resource("v1", "secrets")
        .in("default")
        .create(std::string(R"({"metadata":{"name":"s"},"data":{"key":")") + (*plane == 'a' ? "YWFh" : "YmJi") +
                R"("}})");
  }
  for (const Called& called : {kplane({"diff", "a", "b"}), kplane({"diff", "a", "b", "--json"})}) {
    EXPECT_TRUE(contains(called.out, "/data/key"));
    EXPECT_FALSE(contains(called.out, "YWFh") || contains(called.out, "YmJi")) << called.out;
  }
}

TEST(Fleets, AreListedWithTheirPlanes) {
  LocalServer server;
  const Cli kplane(server);
  EXPECT_TRUE(contains(kplane({"fleets"}).err, "no Fleets"));
  FleetSpec spec;
  spec.replicas = 2;
  spec.labels = {{"team", "rl"}};
  Fleet fleet = server.client().create_fleet("shops", spec);
  fleet.wait_until_ready();
  EXPECT_TRUE(contains(kplane({"fleets"}).out, "shops   2         2"));
  EXPECT_TRUE(contains(kplane({"fleets", "shops"}).out, "shops-0001   Ready"));
  EXPECT_EQ(parse_ordered(kplane({"fleets", "--json", "-l", "team=rl"}).out)["fleets"].size(), 1U);
  EXPECT_EQ(parse_ordered(kplane({"fleets", "--json", "-l", "team=x"}).out)["fleets"].size(), 0U);
}

TEST(Fork, MakesPlanesThatAreAsTheSource) {
  LocalServer server;
  const Cli kplane(server);
  make_map(server.client().plane("source"), "menu");
  const Called called = kplane({"fork", "source", "--to", "3", "--json"});
  ASSERT_EQ(called.code, ExitCode::success) << called.err;
  const Json told = parse_ordered(called.out);
  ASSERT_EQ(told["planes"].size(), 3U);
  for (const Json& plane : told["planes"])
    EXPECT_EQ(kplane({"diff", "source", plane.get<std::string>()}).code, ExitCode::success);
  EXPECT_EQ(server.client().get_fleet(told["fleet"].get<std::string>()).spec().labels.at("kplane.dev/forked-from"),
            "source");
}

TEST(Fork, LeavesNothingWhenItFails) {
  LocalServer server;
  const Cli kplane(server);
  make_map(server.client().plane("source"), "menu");
  testing::Fault fault;
  fault.method = "POST";
  fault.path_contains = "-0001/control-plane/api/v1/namespaces/default/configmaps";
  fault.times = -1;
  fault.status = 403;
  fault.content_type = "application/json";
  fault.body = R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no"})";
  server.add_fault(fault);
  const Called called = kplane({"fork", "source", "--to", "2", "--fleet", "forks", "--timeout", "3"});
  EXPECT_NE(called.code, ExitCode::success);
  EXPECT_TRUE(contains(called.err, "removing what was made")) << called.err;
  EXPECT_TRUE(server.client().list_fleets().empty());
}

TEST(Purge, AsksFirst) {
  LocalServer server;
  const Cli kplane(server);
  const Plane plane = server.client().plane("a");
  make_map(plane, "menu");
  const Resource maps = plane.resource("v1", "configmaps").in("default");
  const Called blind = kplane({"purge", "a"});
  EXPECT_EQ(blind.code, ExitCode::usage);
  EXPECT_TRUE(contains(blind.err, "--yes")) << blind.err;
  EXPECT_EQ(kplane({"purge", "a"}, "n\n").code, ExitCode::negative);
  EXPECT_TRUE(maps.find("menu"));
  EXPECT_EQ(kplane({"purge", "a"}, "y\n").code, ExitCode::success);
  EXPECT_FALSE(maps.find("menu"));
  make_map(plane, "menu");
  const Called called = kplane({"purge", "a", "--yes", "--json"});
  EXPECT_EQ(parse_ordered(called.out)["planes"][0]["removed"].size(), 1U) << called.out;
}

TEST(Purge, TellsOfEachPlaneThatFailed) {
  LocalServer server;
  for (const char* plane : {"a", "b"}) make_map(server.client().plane(plane), "menu");
  testing::Fault fault;
  fault.method = "DELETE";
  fault.path_contains = "/clusters/b/";
  fault.times = -1;
  fault.status = 403;
  fault.content_type = "application/json";
  fault.body = R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no"})";
  server.add_fault(fault);
  const Called called = Cli(server)({"purge", "a", "b", "--yes"});
  EXPECT_EQ(called.code, ExitCode::negative);
  EXPECT_EQ(called.out, "a: 1 objects removed\n");
  EXPECT_TRUE(contains(called.err, "kplane: b:")) << called.err;
}

/// A run whose process is gone: nobody renews its Lease.
void leave_run(const LocalServer& server, const std::string& id, const std::string& plane) {
  const Plane root = server.client().root_plane();
  root.wait_until_ready();
  const std::string metadata =
      R"("metadata":{"name":"kplane-run-)" + id + R"(","labels":{"kplane.dev/run":")" + id + R"("}})";
  root.resource("coordination.k8s.io/v1", "leases")
      .in("default")
      .create(
          "{" + metadata +
          R"(,"spec":{"holderIdentity":"host/1/x","leaseDurationSeconds":1,"renewTime":"2020-01-01T00:00:00.000000Z"}})");
  root.resource("v1", "configmaps").in("default").create("{" + metadata + R"(,"data":{")" + plane + R"(":""}})");
}

TEST(Sweep, ClearsAwayADeadRunAfterAQuestion) {
  LocalServer server;
  const Cli kplane(server);
  EXPECT_TRUE(contains(kplane({"sweep", "--dry-run"}).err, "no runs"));
  leave_run(server, "train-abc", "a");
  make_map(server.client().plane("a"), "menu");
  const Called dry = kplane({"sweep", "--dry-run"});
  EXPECT_TRUE(contains(dry.out, "train-abc   dead    1")) << dry.out;
  EXPECT_EQ(kplane({"sweep"}, "no\n").code, ExitCode::negative);
  EXPECT_TRUE(server.client().plane("a").resource("v1", "configmaps").in("default").find("menu"));
  const Called swept = kplane({"sweep", "--yes", "--json"});
  EXPECT_EQ(swept.code, ExitCode::success) << swept.err;
  EXPECT_EQ(parse_ordered(swept.out)["runs"][0]["state"], "swept");
  EXPECT_FALSE(server.client().plane("a").resource("v1", "configmaps").in("default").find("menu"));
}

TEST(Kubeconfig, IsWrittenForItsOwnerAlone) {
  LocalServer server;
  const Cli kplane(server);
  const std::string file = kplane.path("config");
  ASSERT_EQ(kplane({"kubeconfig", "a", "-o", file}).code, ExitCode::success);
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(call({"state", "a", "--kubeconfig", file}).code, ExitCode::success);
  EXPECT_TRUE(contains(kplane({"kubeconfig", "a"}).out, R"(current-context: "kplane-a")"));
  EXPECT_TRUE(contains(parse_ordered(kplane({"kubeconfig", "a", "--json"}).out)["server"].get<std::string>(),
                       "/clusters/a/control-plane"));
}

std::string state_of(const std::string& maps) {
  return R"({"cluster":"a","snapshotTime":"2026-05-21T18:05:12Z","liveResources":1,"resources":[{"group":"","resource":"configmaps","synced":true,"itemCount":1,"items":[)" +
         maps + "]}]}";
}

TEST(Replay, ShowsStepsAndTheirChanges) {
  const TemporaryDirectory directory;
  const std::string file = (directory.path() / "run.zst").string();
  {
    rl::RecorderOptions options;
    options.history_bytes = std::size_t{1} << 20U;
    options.info = R"({"seed":7})";
    rl::Recorder recorder(file, options);
    rl::Step step;
    step.plane = "a";
    step.state = Snapshot::from_json(state_of(R"({"metadata":{"name":"m","namespace":"x"},"data":{"k":"1"}})"));
    recorder.append(step);
    step.step = 1;
    step.reward = 0.5;
    step.action = R"({"say":"\u001b[31m"})";
    step.state = Snapshot::from_json(state_of(R"({"metadata":{"name":"m","namespace":"x"},"data":{"k":"2"}})"));
    recorder.append(step);
  }
  const Called called = call({"replay", file, "--changes"});
  EXPECT_EQ(called.out,
            "episode 0  step 0  a\n"
            "episode 0  step 1  a  reward 0.5  +0 -0 ~1  {\"say\":\"\\u001b[31m\"}\n"
            "    ~ configmaps x/m\n        /data/k: \"1\" -> \"2\"\n");
  const Called json = call({"replay", file, "--json", "--episode", "0", "--plane", "a"});
  const std::string second = json.out.substr(json.out.find('\n') + 1);
  EXPECT_EQ(parse_ordered(second)["changes"][0]["fields"][0]["after"], "2");
  const Json summary = parse_ordered(call({"replay", file, "--summary", "--json"}).out);
  EXPECT_EQ(summary["steps"], 2);
  EXPECT_EQ(summary["returns"]["mean"], 0.5);
  EXPECT_EQ(summary["info"]["seed"], 7);
  EXPECT_EQ(call({"replay", file, "--episode", "9"}).out, "");
}

// An agent writes what its trainer looks at.
TEST(State, CannotControlTheTerminal) {
  LocalServer server;
  const Cli kplane(server);
  const Plane plane = server.client().plane("a");
  plane.resource("v1", "configmaps")
      .in("default")
      .create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},)"
              R"("data":{"k":"\u001b]0;x\u0007\u009b2J"}})");
  std::vector<std::string> arguments = {
      "state", "a", "--server", server.base_url(), "--token-file", kplane.write("token", server.token()), "-o"};
  const auto with = [&](const std::string& format) {
    std::vector<std::string> all = arguments;
    all.push_back(format);
    return all;
  };
  const std::string path = "jsonpath={.resources[*].items[?(@.metadata.name==\"m\")].data.k}";
  EXPECT_TRUE(contains(call(with(path)).out, "\x1b]0;x\x07")) << "to a file or a program, as it is";
  for (const std::string& format : {path, std::string("json"), std::string("yaml")}) {
    const std::string shown = on_terminal(with(format));
    EXPECT_TRUE(contains(shown, "]0;x")) << format;
    for (const char* control : {"\x1b", "\x07", "\xc2\x9b"}) EXPECT_FALSE(contains(shown, control)) << format;
  }
}

TEST(Completion, IsMadeOfTheCommandsThatThereAre) {
  for (const char* shell : {"bash", "zsh", "fish", "man"}) {
    const Called called = call({"completion", shell});
    EXPECT_EQ(called.code, ExitCode::success);
    for (const char* word : {"doctor", "kubeconfig", "deadline", "kplane"})
      EXPECT_TRUE(contains(called.out, word)) << shell << ' ' << word;
  }
  const Cli nowhere{LocalServer()};
  const std::string script = nowhere.write("completion.bash", call({"completion", "bash"}).out);
  const std::string test = "bash -c '. " + script +
                           "; COMP_WORDS=(kplane --json do); COMP_CWORD=2; _kplane; test \"${COMPREPLY[*]}\" = doctor'";
  EXPECT_EQ(std::system(test.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace kplane::tests
