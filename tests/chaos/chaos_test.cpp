// The proxy's faults one by one, and short runs of the model under all of them; kplane_soak makes long ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>

#include "chaos/plane_model.hpp"
#include "chaos/planted_secrets.hpp"
#include "chaos/stepping_clock.hpp"
#include "chaos/world.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

using namespace std::chrono_literals;
using kplane::testing::LocalServer;

void expect_nothing_wrong(const WorldOptions& options) {
  SCOPED_TRACE("to see it again: kplane_soak " + arguments_of(options));
  const WorldResult result = run_world(options);
  for (const std::string& problem : result.problems) ADD_FAILURE() << problem;
  EXPECT_GT(result.requests, 50U);
}

FaultProxyOptions only(FaultKind kind, LocalServer& server) {
  FaultProxyOptions options;
  options.only = kind;
  options.restart_server = [&server] { server.restart(); };
  options.tls = is_of_tls(kind);
  return options;
}

/// How often the kind struck any operation.
std::uint64_t struck_by(FaultKind kind, const FaultProxy& proxy) {
  std::uint64_t struck = 0;
  for (const auto& [operation, counts] : proxy.counts()) struck += counts[static_cast<std::size_t>(kind)];
  return struck;
}

class EachFault : public ::testing::TestWithParam<FaultKind> {};

TEST_P(EachFault, IsReportedAndCreatesNothingTwice) {
  LocalServer server;
  const Plane direct = server.client().plane("alpha");
  direct.wait_until_ready();
  FaultProxy proxy(server.port(), only(GetParam(), server));
  ClientOptions options = server.client_options();
  options.ca_pem = proxy.ca_pem();
  const bool is_silent = GetParam() == FaultKind::silent || GetParam() == FaultKind::silent_in_answer ||
                         GetParam() == FaultKind::silent_handshake;
  options.request_timeout = is_silent ? 300ms : 20s;
  const Client client(proxy.base_url(), options);

  bool is_done = true;
  try {
    client.plane("alpha")
        .resource("v1", "configmaps")
        .in("default")
        .create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"g-"}})");
  } catch (const Error&) {
    is_done = false;
  }
  proxy.settle("alpha");
  const std::size_t created = direct.resource("v1", "configmaps").in("default").list().all().size();
  const bool is_harmless = GetParam() == FaultKind::delayed || GetParam() == FaultKind::trickled_request ||
                           GetParam() == FaultKind::trickled_answer || GetParam() == FaultKind::renegotiated;
  EXPECT_EQ(created, is_carried_out(GetParam()) ? 1U : 0U);
  EXPECT_EQ(is_done, is_harmless);
  const std::uint64_t struck = struck_by(GetParam(), proxy);
  if (is_of_tls(GetParam())) {
    EXPECT_GT(struck, 0U);
  } else {
    EXPECT_EQ(struck, proxy.request_count());
  }
}

/// Those after which a read that is repeated ends well. The others tell that the server cannot be reached as the client
/// wants it, take all its time, or are answers with 500, which are not repeated.
class PassingFault : public ::testing::TestWithParam<FaultKind> {};

TEST_P(PassingFault, IsSurvivedByARead) {
  LocalServer server;
  server.client().plane("alpha").wait_until_ready();
  FaultProxyOptions once = only(GetParam(), server);
  once.most = 1;
  FaultProxy proxy(server.port(), once);
  ClientOptions options = server.client_options();
  options.ca_pem = proxy.ca_pem();
  const Client client(proxy.base_url(), options);
  EXPECT_EQ(client.plane("alpha").state().cluster, "alpha");
  EXPECT_EQ(struck_by(GetParam(), proxy), 1U);
}

std::vector<FaultKind> all_kinds() {
  std::vector<FaultKind> kinds;
  for (std::size_t kind = 1; kind < fault_kinds; ++kind) kinds.push_back(static_cast<FaultKind>(kind));
  return kinds;
}

std::vector<FaultKind> passing_kinds() {
  constexpr std::array<FaultKind, 7> lasting = {
      FaultKind::login_page,       FaultKind::redirected,      FaultKind::silent,      FaultKind::silent_in_answer,
      FaultKind::silent_handshake, FaultKind::other_authority, FaultKind::storage_lost};
  std::vector<FaultKind> kinds = all_kinds();
  const auto is_lasting = [&](FaultKind kind) {
    return std::find(lasting.begin(), lasting.end(), kind) != lasting.end();
  };
  kinds.erase(std::remove_if(kinds.begin(), kinds.end(), is_lasting), kinds.end());
  return kinds;
}

std::string test_name(const ::testing::TestParamInfo<FaultKind>& kind) {
  std::string name(name_of(kind.param));
  name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return c == ' ' || c == '-'; }), name.end());
  return name;
}

INSTANTIATE_TEST_SUITE_P(Of, EachFault, ::testing::ValuesIn(all_kinds()), test_name);
INSTANTIATE_TEST_SUITE_P(Of, PassingFault, ::testing::ValuesIn(passing_kinds()), test_name);

TEST(PlantedSecrets, AreInAPageThatQuotesTheRequest) {
  LocalServer server({.token = std::string(planted::token)});
  FaultProxy proxy(server.port(), {.only = FaultKind::login_page});
  const Client client(proxy.base_url(), server.client_options());
  Request request;
  request.method = "POST";
  request.path = "/api/v1/namespaces/default/secrets";
  request.body = R"({"data":{"key":")" + std::string(planted::secret_data) + R"("}})";
  const std::string page = client.plane("alpha").request(request).body();
  const std::size_t body = page.find("\r\n\r\n");
  ASSERT_NE(body, std::string::npos);
  EXPECT_TRUE(planted::is_in(std::string_view(page).substr(0, body))) << "the token";
  EXPECT_TRUE(planted::is_in(std::string_view(page).substr(body))) << "the Secret";
  EXPECT_FALSE(planted::is_in(std::string_view("S3cret and T0ken")));
}

TEST(PlantedSecrets, AreFoundInARecording) {
  const TemporaryDirectory directory;
  const std::string item = R"({"metadata":{"name":"s"},"data":{"key":")" + std::string(planted::secret_data) + R"("}})";
  rl::Step step;
  step.plane = "alpha";
  step.state = Snapshot::from_json(
      R"({"cluster":"alpha","snapshotTime":"2026-05-21T18:05:12Z","liveResources":1,"resources":[{"group":"",)"
      R"("resource":"secrets","synced":true,"itemCount":1,"items":[)" +
      item + "]}]}");
  for (const bool keeps : {false, true}) {
    rl::Recorder recorder((directory.path() / "run.jsonl.zst").string(), {.append = false, .keep_secrets = keeps});
    recorder.append(step);
    recorder.close();
    EXPECT_EQ(planted::files_with_one(directory.path()).size(), keeps ? 1U : 0U);
    std::filesystem::remove(directory.path() / "run.jsonl.zst");
  }
}

TEST(FaultPlan, IsTheSameForTheSameSeed) {
  std::array<int, fault_kinds> counts{};
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const PlannedFault fault = planned_fault(7, "alpha", i, 0.5);
    const PlannedFault again = planned_fault(7, "alpha", i, 0.5);
    EXPECT_EQ(fault.kind, again.kind);
    EXPECT_EQ(fault.amount, again.amount);
    ++counts[static_cast<std::size_t>(fault.kind)];
  }
  for (std::uint64_t i = 0; i < 1'000; ++i) ++counts[static_cast<std::size_t>(planned_tls_fault(7, i, 0.5).kind)];
  for (std::size_t kind = 0; kind < fault_kinds; ++kind) EXPECT_GT(counts[kind], 10) << kind;
  EXPECT_EQ(planned_fault(1, "alpha", 0, 0).kind, FaultKind::none);
  EXPECT_NE(planned_fault(1, "alpha", 0, 1).kind, FaultKind::none);
  EXPECT_EQ(planned_fault(1, "alpha", 0, 1).kind, FaultKind::storage_lost) << "as written down in a report";
}

TEST(Chaos, FixedSeedsLoseNothing) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) expect_nothing_wrong({.seed = seed, .steps = 40});
}

TEST(Chaos, RandomSeedsLoseNothing) {
  std::random_device random;
  for (int i = 0; i < 2; ++i) expect_nothing_wrong({.seed = random() % 1'000'000, .steps = 40});
}

TEST(Chaos, EightThreadsLoseNothing) {
  expect_nothing_wrong({.seed = std::random_device{}() % 1'000'000, .threads = 8, .steps = 24});
}

TEST(Chaos, ThreadsThatMeetInUnusualOrdersLoseNothing) {
  expect_nothing_wrong({.seed = std::random_device{}() % 1'000'000, .threads = 4, .steps = 24, .perturbs = true});
}

TEST(Chaos, AClockThatJumpsLosesNothing) {
  expect_nothing_wrong({.seed = std::random_device{}() % 1'000'000, .threads = 4, .steps = 24, .steps_clock = true});
}

TEST(Chaos, OverTlsNothingIsLost) {
  expect_nothing_wrong({.seed = std::random_device{}() % 1'000'000, .threads = 4, .steps = 24, .tls = true});
}

TEST(SteppingClock, JumpsUntilItsEnd) {
  using std::chrono::hours;
  using std::chrono::system_clock;
  const auto before = std::chrono::steady_clock::now();
  const auto day = system_clock::now();
  const auto difference = [&] { return (system_clock::now() - day) - (std::chrono::steady_clock::now() - before); };
  {
    const SteppingClock clock;
    bool has_jumped = false;
    while (!has_jumped && std::chrono::steady_clock::now() < before + std::chrono::seconds{20}) {
      has_jumped = difference() > hours{20};
      std::this_thread::yield();
    }
    EXPECT_TRUE(has_jumped);
  }
  EXPECT_LT(difference(), std::chrono::minutes{1});
  EXPECT_GT(difference(), -std::chrono::minutes{1});
}

TEST(Chaos, AnEmptyServerInPlaceOfTheOldOneIsNoticed) {
  expect_nothing_wrong({.seed = 5, .threads = 2, .steps = 30, .loses_objects = true});
}

// Bytes that nobody between the two ends can read: cuts and silences within handshakes and answers.
TEST(ChaosOverTls, ConnectionsThatBreakLoseNothing) {
  LocalServer server({.tls = true});
  const Plane direct = server.client().plane("alpha");
  direct.wait_until_ready();
  std::vector<std::pair<std::string, bool>> created;
  std::uint64_t faults = 0;
  {
    FaultProxy proxy(server.port(), {.seed = 11, .chance = 1, .is_opaque = true});
    ClientOptions options = server.client_options();
    options.request_timeout = 400ms;
    for (int i = 0; i < 60; ++i) {
      const Client client(proxy.base_url(), options);
      const std::string value = "alpha." + std::to_string(i);
      bool is_done = true;
      try {
        client.plane("alpha")
            .resource("v1", "configmaps")
            .in("default")
            .create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"g-"},"data":{"value":")" +
                    value + R"("}})");
      } catch (const TransportError&) {
        is_done = false;
      }
      created.emplace_back(value, is_done);
    }
    for (const auto& [operation, counts] : proxy.counts()) {
      for (const std::uint64_t count : counts) faults += count;
    }
  }
  EXPECT_GT(faults, 2U);
  server.restart();  // nothing is under way afterwards
  PlaneModel model("alpha");
  for (const auto& [value, is_done] : created) model.generate(value, is_done ? Fate::done : Fate::unknown);
  SeenObjects seen;
  for (const Object& object : direct.resource("v1", "configmaps").in("default").list()) {
    seen.add_config_map(object, "alpha");
  }
  EXPECT_EQ(model.check(seen), std::vector<std::string>());
}

TEST(ChaosOverTls, ACertificateOfAnotherAuthorityIsRefusedUntilItIsTrusted) {
  auto server = std::make_unique<LocalServer>(kplane::testing::LocalServerOptions{.tls = true, .token = "a-token"});
  FaultProxy proxy(server->port(), {.chance = 0, .is_opaque = true});
  const std::string url = proxy.base_url();
  const TemporaryDirectory directory;
  ClientOptions options = server->client_options();
  options.ca_pem.clear();
  options.ca_file = (directory.path() / "ca.pem").string();
  std::ofstream(options.ca_file) << server->ca_pem();
  const Client client(url, options);
  EXPECT_EQ(client.plane("alpha").state().cluster, "alpha");

  server = std::make_unique<LocalServer>(kplane::testing::LocalServerOptions{.tls = true, .token = "a-token"});
  proxy.set_server(server->port());
  EXPECT_THROW((void)client.plane("alpha").state(), UnknownAuthority);
  std::ofstream(options.ca_file) << server->ca_pem();
  EXPECT_EQ(client.plane("alpha").state().cluster, "alpha");
}

}  // namespace
}  // namespace kplane::tests
