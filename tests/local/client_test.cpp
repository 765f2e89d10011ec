// Client: readiness, the Fleet CRD that comes late, OpenAPI, addresses, bad input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "support/served.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class ClientTest : public ServedTest {};
KPLANE_TEST_OVER_BOTH_SCHEMES(ClientTest);

TEST_P(ClientTest, ReachesTheRootPlaneWithoutItsName) {
  auto options = server_options();
  options.root_cluster = "base";
  start(options);
  const Client client = this->client();
  FleetSpec spec;
  spec.replicas = 1;
  client.create_fleet("rl", spec);
  const Plane root = client.root_plane();
  EXPECT_EQ(root.cluster(), "root");
  EXPECT_EQ(root.resource("kplane.dev/v1", "fleets").get("rl").name(), "rl");
  root.resource("v1", "configmaps").create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"mine"}})");
  EXPECT_EQ(root.state("configmaps").cluster, "base");
  EXPECT_TRUE(client.plane("base").resource("v1", "configmaps").in("default").find("mine"));
}

TEST_P(ClientTest, SeesThatTheServerIsReady) {
  EXPECT_TRUE(client().is_ready());
  EXPECT_NO_THROW(client().wait_until_ready(milliseconds{5'000}));
}

TEST_P(ClientTest, ServerThatStoppedIsNotReady) {
  const Client client = this->client();
  EXPECT_TRUE(client.is_ready());
  server().stop();
  EXPECT_FALSE(client.is_ready());
  EXPECT_THROW(client.wait_until_ready(milliseconds{10}), TimeoutError);
}

TEST_P(ClientTest, WaitsUntilTheFleetCrdIsServed) {
  auto options = server_options();
  options.crd_served = false;
  kplane::testing::LocalServer& server = start(options);
  const Client client = server.client();
  try {
    client.wait_until_ready(milliseconds{200});
    FAIL() << "ready without the CRD";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("CRD"));
  }
  // Served as soon as the client has asked in vain once more.
  const std::size_t asked = server.request_count("/fleets");
  server.on_request([&server, asked](const std::string&, const std::string&) {
    if (server.request_count("/fleets") > asked) server.serve_crd();
  });
  EXPECT_NO_THROW(client.wait_until_ready(milliseconds{30'000}));
  EXPECT_TRUE(client.list_fleets().empty());
}

TEST_P(ClientTest, FleetCallsExplainAMissingCrd) {
  auto options = server_options();
  options.crd_served = false;
  const Client client = start(options).client();
  FleetSpec spec;
  spec.replicas = 1;
  const auto explains = [](const auto& call) {
    try {
      call();
      FAIL() << "succeeded";
    } catch (const NotFound& error) {
      EXPECT_THAT(error.what(), HasSubstr("wait_until_ready"));
    }
  };
  explains([&] { (void)client.create_fleet("x", spec); });
  explains([&] { (void)client.find_fleet("x"); });
  explains([&] { (void)client.get_fleet("x"); });
  explains([&] { (void)client.list_fleets(); });
}

TEST_P(ClientTest, WrongTokenEndsAWaitAtOnce) {
  ClientOptions options = server().client_options();
  options.token = "wrong";
  const Client client(server().base_url(), options);
  EXPECT_THROW(client.wait_until_ready(milliseconds{60'000}), Unauthorized);
}

TEST_P(ClientTest, FetchesTheServersOpenApiWithoutCredentials) {
  ClientOptions options = server().client_options();
  options.token.clear();
  EXPECT_EQ(Client(server().base_url(), options).server_openapi(), openapi::spec_yaml());
}

TEST_P(ClientTest, BaseUrlOfAPlaneMeansItsServer) {
  const Client client(server().base_url() + "/clusters/team-alpha/control-plane", server().client_options());
  EXPECT_EQ(client.cluster_base_url("b"), server().base_url() + "/clusters/b/control-plane");
  EXPECT_EQ(client.plane("b").state().cluster, "b");
}

TEST_P(ClientTest, SixteenThreadsShareIt) {
  ClientOptions options = server().client_options();
  options.max_connections = 4;
  const Client client(server().base_url(), options);
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&client, t] {
      const Plane plane = client.plane("t" + std::to_string(t));
      for (int i = 0; i < 10; ++i) {
        ASSERT_EQ(plane.state("namespaces").cluster, plane.cluster());
        ASSERT_TRUE(client.states({plane, client.plane("shared")}).at(1));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(ClientTest, SingleCallsKeepWithinMaxConnections) {
  ClientOptions options = server().client_options();
  options.max_connections = 2;
  const Client client(server().base_url(), options);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&client] {
      for (int i = 0; i < 10; ++i) ASSERT_TRUE(client.is_ready());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(server().connection_count(), 2U);
}

TEST(Client, RefusesBadInputBeforeAnyIo) {
  EXPECT_THROW(Client("ftp://host"), ConfigError);
  EXPECT_THROW(Client("https://user:pass@host"), ConfigError);
  EXPECT_THROW(Client("https://host?x"), ConfigError);
  EXPECT_THROW(Client("https://host/clusters/../control-plane"), ConfigError);
  EXPECT_THROW(Client("https://host/clusters/x./control-plane"), ConfigError);
  EXPECT_THROW(Client("https://host/clusters/" + std::string(64, 'x') + "/control-plane"), ConfigError);
  EXPECT_EQ(Client("https://host/clusters/control-plane").cluster_base_url("a"),
            "https://host/clusters/control-plane/clusters/a/control-plane");
  ClientOptions with_token;
  with_token.token = "t";
  EXPECT_THROW(Client("http://example.com", with_token), ConfigError);
  EXPECT_NO_THROW(Client("http://127.0.0.1", with_token));
  EXPECT_NO_THROW(Client("https://example.com", with_token));
  with_token.allow_insecure_auth = true;
  EXPECT_NO_THROW(Client("http://example.com", with_token));

  const Client client("http://example.com");
  EXPECT_THROW((void)client.plane("../x"), ConfigError);
  EXPECT_THROW((void)client.plane(std::string(64, 'x')), ConfigError);
  EXPECT_THROW((void)client.plane("x-"), ConfigError);
  EXPECT_THROW((void)client.cluster_base_url(""), ConfigError);
  PlaneOptions own;
  own.token = "t";
  EXPECT_THROW((void)client.plane("x", own), ConfigError) << "over plain http to another machine";
  FleetSpec spec;
  spec.replicas = -1;
  EXPECT_THROW((void)client.create_fleet("x", spec), ConfigError);
  spec.replicas = 1;
  EXPECT_THROW((void)client.create_fleet("Bad_Name", spec), ConfigError);
  EXPECT_THROW((void)client.create_fleet(std::string(59, 'x'), spec), ConfigError)
      << "its member would have 64 characters";
  EXPECT_THROW((void)client.get_fleet("a/b"), ConfigError);
  EXPECT_THROW((void)client.find_fleet(""), ConfigError);
}

}  // namespace
}  // namespace kplane::tests
