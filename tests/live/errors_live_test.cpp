// How a server's failures reach the caller.
#include <string>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveErrors = LiveTest;

constexpr const char* config_maps = "/api/v1/namespaces/default/configmaps";

TEST_F(LiveErrors, NotFoundNamesTheObject) {
  const Plane plane = ready_plane("missing");
  Request request;
  request.path = std::string(config_maps) + "/nothing";
  try {
    plane.request(request);
    FAIL() << "it is not there";
  } catch (const NotFound& error) {
    EXPECT_EQ(error.status(), 404);
    EXPECT_EQ(error.reason(), "NotFound");
    EXPECT_EQ(error.details().name, "nothing");
    EXPECT_EQ(error.method(), "GET");
    EXPECT_FALSE(error.retryable());
  }
}

TEST_F(LiveErrors, AlreadyExistsAtTheSecondCreation) {
  const Plane plane = ready_plane("twice");
  send(plane, "POST", config_maps, config_map("settings", "a"));
  EXPECT_THROW(send(plane, "POST", config_maps, config_map("settings", "b")), AlreadyExists);
}

TEST_F(LiveErrors, ConflictWhenTheObjectChangedMeanwhile) {
  const Plane plane = ready_plane("conflict");
  send(plane, "POST", config_maps, config_map("settings", "a"));
  const std::string stale = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":)"
                            R"({"name":"settings","resourceVersion":"1"},"data":{"mode":"b"}})";
  EXPECT_THROW(send(plane, "PUT", std::string(config_maps) + "/settings", stale), Conflict);
}

TEST_F(LiveErrors, InvalidNamesTheField) {
  const Plane plane = ready_plane("invalid");
  try {
    send(plane, "POST", config_maps, config_map("Not A Name", "a"));
    FAIL() << "that is no name";
  } catch (const Invalid& error) {
    EXPECT_EQ(error.status(), 422);
    ASSERT_FALSE(error.details().causes.empty());
    EXPECT_EQ(error.details().causes[0].field, "metadata.name");
  }
}

TEST_F(LiveErrors, BadRequestForABodyThatIsNotJson) {
  const Plane plane = ready_plane("garbage");
  EXPECT_THROW(send(plane, "POST", config_maps, R"({"apiVersion":"v1","kind":)"), BadRequest);
}

TEST_F(LiveErrors, UnauthorizedWithAWrongTokenWhichNoMessageRepeats) {
  PlaneOptions options;
  options.token = "no-server-knows-this-token";
  const Plane plane = client().plane(unique("refused"), options);
  try {
    static_cast<void>(plane.state());
    FAIL() << "a wrong token was accepted";
  } catch (const Unauthorized& error) {
    EXPECT_EQ(error.status(), 401);
    EXPECT_EQ(std::string(error.what()).find(options.token), std::string::npos);
  }
  EXPECT_THROW(static_cast<void>(plane.is_ready()), Unauthorized);
}

TEST_F(LiveErrors, ConfigErrorBeforeAnythingIsSent) {
  EXPECT_THROW(static_cast<void>(client().plane("../root")), ConfigError);
  EXPECT_THROW(static_cast<void>(client().create_fleet("Not A Name", FleetSpec{})), ConfigError);
}

TEST_F(LiveErrors, FleetErrorAtOnceForASpecThatTheControllerRefuses) {
  // The library refuses such a spec itself, so it goes by a plain request.
  const std::string name = unique("refused");
  const std::string body = R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":")" + name +
                           R"("},"spec":{"replicas":2,"names":["just-one"]}})";
  send(client().plane("root"), "POST", "/apis/kplane.dev/v1/fleets", body);
  Fleet fleet = client().get_fleet(name);
  EXPECT_THROW(fleet.wait_until_ready(patience), FleetError);
  EXPECT_TRUE(fleet.planes().empty());
  EXPECT_TRUE(fleet.remove());
}

}  // namespace
}  // namespace kplane::live
