// What a test can script: readiness, phases, informers, the controller.
#include <chrono>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <kplane/error.hpp>

#include "paths.hpp"
#include "raw_http.hpp"

namespace {

using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using nlohmann::json;

constexpr const char kFleet[] =
    R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"rl"},"spec":{"replicas":2}})";

json fleet_status(raw::Connection& connection) {
  return json::parse(connection.get(std::string(kFleets) + "/rl").body).value("status", json::object());
}

TEST(LocalServerScript, MakesAPlaneUnreadyAndReadyAgain) {
  LocalServer server;
  raw::Connection connection(server);
  server.set_unready("a", "etcd is gone");
  const auto unready = connection.get("/clusters/a/control-plane/readyz");
  EXPECT_EQ(unready.status, 500);
  EXPECT_EQ(unready.body, "etcd is gone");
  server.set_unready("a", "");
  EXPECT_EQ(connection.get("/clusters/a/control-plane/readyz").body, "ok");
}

TEST(LocalServerScript, ShowsTheFleetControllersWork) {
  LocalServer server;
  raw::Connection connection(server);
  server.set_unready("rl-0001", "no");
  ASSERT_EQ(connection.send("POST", kFleets, kFleet).status, 201);
  server.reconcile();
  json status = fleet_status(connection);
  EXPECT_EQ(status["members"][0]["phase"], "Ready");
  EXPECT_EQ(status["members"][1]["phase"], "Pending");
  server.set_member_phase("rl-0001", "Failed", "broken");
  server.reconcile();
  status = fleet_status(connection);
  EXPECT_EQ(status["members"][1]["phase"], "Failed");
  EXPECT_EQ(status["members"][1]["message"], "broken");
}

TEST(LocalServerScript, CanTakeTheControllerDown) {
  LocalServer server;
  server.pause_controller(true);
  raw::Connection connection(server);
  ASSERT_EQ(connection.send("POST", kFleets, kFleet).status, 201);
  EXPECT_TRUE(fleet_status(connection).empty());
  server.reconcile();
  EXPECT_EQ(fleet_status(connection)["readyReplicas"], 2);
}

TEST(LocalServerScript, KeepsADelayedPlaneReadyButEmpty) {
  LocalServerOptions options;
  options.bootstrap_delay = std::chrono::hours(1);
  LocalServer server(options);
  raw::Connection connection(server);
  EXPECT_EQ(connection.get("/clusters/a/control-plane/readyz").status, 200);
  EXPECT_TRUE(json::parse(connection.get("/clusters/a/control-plane/state").body)["resources"].is_null());
}

TEST(LocalServerScript, RefusesWritesInAPlaneWhoseIdIsNoLabel) {
  LocalServer server;
  raw::Connection connection(server);
  for (const std::string& id : {std::string(64, 'a'), std::string("a-"), std::string("a_"), std::string("a.")}) {
    const std::string plane = "/clusters/" + id + "/control-plane";
    EXPECT_EQ(connection.get(plane + "/readyz").status, 200) << id;
    EXPECT_EQ(connection.get(plane + "/api/v1/namespaces/default").status, 404) << id;
    const auto refused = connection.send("POST", plane + "/api/v1/namespaces", R"({"metadata":{"name":"team"}})");
    EXPECT_EQ(refused.status, 422) << id;
    EXPECT_EQ(json::parse(refused.body)["details"]["causes"][0]["field"], "metadata.labels");
  }
}

TEST(LocalServerScript, HoldsAnInformerBack) {
  LocalServer server;
  server.set_synced("a", "namespaces", false);
  raw::Connection connection(server);
  const json state =
      json::parse(connection.get("/clusters/a/control-plane/state?resource=namespaces&includeEmpty=true").body);
  EXPECT_EQ(state["resources"][0]["synced"], false);
  EXPECT_EQ(state["resources"][0]["itemCount"], 0);
}

TEST(LocalServerOptionsCheck, RefusesOptionsThatContradictEachOther) {
  LocalServerOptions bad_root;
  bad_root.root_cluster = "a/b";
  EXPECT_THROW(LocalServer{bad_root}, kplane::ConfigError);
  bad_root.root_cluster = "a-";
  EXPECT_THROW(LocalServer{bad_root}, kplane::ConfigError);
  LocalServerOptions bad_crd;
  bad_crd.crd_served = false;
  bad_crd.crd_delay = std::chrono::milliseconds(1);
  EXPECT_THROW(LocalServer{bad_crd}, kplane::ConfigError);
}

TEST(LocalServer, IsReachedByItsOwnClient) {
  LocalServerOptions options;
  options.tls = true;
  LocalServer server(options);
  EXPECT_TRUE(server.client().is_ready());
  EXPECT_EQ(server.client_options().ca_pem, server.ca_pem());
}

}  // namespace
