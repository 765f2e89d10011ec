// A handle stands for one Fleet, by its uid, whoever else takes its name.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "support/clients.hpp"
#include "support/scripted_fleet_server.hpp"
#include "support/scripted_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

std::string fleet(const std::string& uid, int version, const std::string& phase) {
  return R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"rl","uid":")" + uid +
         R"(","generation":1,"resourceVersion":")" + std::to_string(version) +
         R"("},"spec":{"replicas":1},"status":{"observedGeneration":1,"members":[{"clusterID":"rl-0000","phase":")" +
         phase + R"("}]}})";
}

ScriptedServer::Reply answer(const std::string& uid, const std::string& phase = "Pending") {
  return {http_response(200, fleet(uid, 1, phase))};
}

ScriptedServer::Reply listed(const std::string& uid) {
  return {http_response(200, R"({"metadata":{"resourceVersion":"7"},"items":[)" + fleet(uid, 1, "Pending") + "]}")};
}

ScriptedServer::Reply refused(int status, const std::string& reason) {
  return {http_response(status, R"({"kind":"Status","status":"Failure","message":"no","reason":")" + reason + R"("})")};
}

template <class Server>
Fleet get_rl(const Server& server) {
  return Client(server.base_url(), without_retries()).get_fleet("rl");
}

TEST(FleetIdentity, RefreshDoesNotTakeOverAnotherFleet) {
  const ScriptedServer server({answer("mine"), answer("theirs", "Ready"), answer("mine", "Ready")});
  Fleet rl = get_rl(server);
  try {
    rl.refresh();
    FAIL() << "took it over";
  } catch (const FleetReplaced& error) {
    EXPECT_THAT(error.what(), HasSubstr("rl"));
    EXPECT_THAT(error.what(), HasSubstr("theirs"));
  }
  EXPECT_FALSE(rl.is_ready()) << "the handle is as it was";
  EXPECT_TRUE(rl.refresh().is_ready());
}

TEST(FleetIdentity, WaitEndsAtOnceByALookOrByTheWatch) {
  const ScriptedServer looked({answer("mine"), answer("theirs", "Ready")});
  Fleet first = get_rl(looked);
  EXPECT_THROW(first.wait_until_ready(std::chrono::hours{1}), FleetReplaced);
  EXPECT_EQ(first.object().uid(), "mine");

  const ScriptedFleetServer watched({answer("mine"),
                                     listed("mine"),
                                     {stream_head + chunk(event("MODIFIED", fleet("theirs", 8, "Ready"))), true},
                                     {answer("theirs", "Ready")}});
  Fleet second = get_rl(watched);
  EXPECT_THROW(second.wait_until_ready(std::chrono::hours{1}), FleetReplaced);
  EXPECT_EQ(second.object().uid(), "mine");
}

TEST(FleetIdentity, WatchEndsToo) {
  const ScriptedFleetServer server({answer("mine"),
                                    listed("mine"),
                                    {stream_head + chunk(event("DELETED", fleet("mine", 8, "Pending")) +
                                                         event("ADDED", fleet("theirs", 9, "Ready"))),
                                     true},
                                    {answer("theirs", "Ready")}});
  Fleet rl = get_rl(server);
  int calls = 0;
  const auto count = [&](const Fleet& now) {
    EXPECT_EQ(now.object().uid(), "mine");
    ++calls;
    return true;
  };
  EXPECT_THROW(rl.watch(count), FleetReplaced);
  EXPECT_EQ(calls, 1);
}

TEST(FleetIdentity, ScaleNamesItsFleetAndTellsWhyItWasRefused) {
  for (const auto& refusal : {refused(409, "Conflict"), refused(422, "Invalid")}) {
    const ScriptedServer server({answer("mine"), refusal, answer("theirs")});
    Fleet rl = get_rl(server);
    EXPECT_THROW(rl.scale(3), FleetReplaced);
    EXPECT_EQ(rl.spec().replicas, 1);
  }
  const ScriptedServer own({answer("mine"), refused(422, "Invalid"), answer("mine")});
  Fleet rl = get_rl(own);
  EXPECT_THROW(rl.scale(3), Invalid) << "refused for another reason";
  const ScriptedServer gone({answer("mine"), refused(404, "NotFound")});
  Fleet left = get_rl(gone);
  EXPECT_THROW(left.scale(3), NotFound);
}

TEST(FleetIdentity, ServerThatScalesAnotherFleetIsNotBelieved) {
  const ScriptedServer server({answer("mine"), answer("theirs")});
  Fleet rl = get_rl(server);
  EXPECT_THROW(rl.scale(1), FleetReplaced);
  EXPECT_EQ(rl.object().uid(), "mine");
}

}  // namespace
}  // namespace kplane::tests
