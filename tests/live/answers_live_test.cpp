// Where good guesses about an API server go wrong: what it answers, as a caller of the library meets it (contract §9).
#include <string>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveAnswers = LiveTest;
using nlohmann::json;

json lease(const std::string& name, const std::string& renewed) {
  json object = made_object("coordination.k8s.io/v1", "Lease", name);
  object["spec"] = {{"renewTime", renewed}};
  return object;
}

TEST_F(LiveAnswers, TooMuchDataIsInvalidAndStaysSo) {
  const Resource maps = config_maps(ready_plane("size"));
  json object = made_config_map("large", "on");
  object["data"]["text"] = std::string((1U << 20U) + 1, 'x');
  EXPECT_THROW(maps.create(object), Invalid);
  EXPECT_FALSE(maps.find("large"));
}

TEST_F(LiveAnswers, ObjectToBeCreatedHasNoResourceVersion) {
  const Resource maps = config_maps(ready_plane("versions"));
  json object = made_config_map("settings", "on");
  object["metadata"]["resourceVersion"] = "1";
  EXPECT_THROW(maps.create(object), ServerError);
  EXPECT_FALSE(maps.find("settings"));
}

TEST_F(LiveAnswers, UnknownTypesAndGroupsAreNotFound) {
  const Plane plane = ready_plane("unknown");
  EXPECT_THROW(static_cast<void>(plane.resource("v1", "gadgets").list().all()), NotFound);
  EXPECT_THROW(static_cast<void>(plane.resource("apps/v1", "gadgets").list().all()), NotFound);
  EXPECT_THROW(static_cast<void>(plane.resource("apps/v9", "deployments").list().all()), NotFound);
  EXPECT_THROW(static_cast<void>(plane.resource("gadgets.example.com/v1", "gadgets").list().all()), NotFound);
}

TEST_F(LiveAnswers, ReplaceOfAMissingMemberAddsIt) {
  const Resource maps = config_maps(ready_plane("patches"));
  maps.create(made_config_map("settings", "on"));
  const Object patched =
      maps.patch("settings", PatchType::json, R"([{"op":"replace","path":"/data/added","value":"yes"}])");
  EXPECT_EQ(patched.get<std::string>("/data/added"), "yes");
}

TEST_F(LiveAnswers, MicroTimeHasSixDigits) {
  const Resource leases = ready_plane("leases").resource("coordination.k8s.io/v1", "leases").in("default");
  EXPECT_THROW(leases.create(lease("three-digits", "2026-01-01T00:00:00.123Z")), ApiError);
  EXPECT_EQ(leases.create(lease("six-digits", "2026-01-01T00:00:00.123456Z")).get<std::string>("/spec/renewTime"),
            "2026-01-01T00:00:00.123456Z");
}

TEST_F(LiveAnswers, StatusOfAPodTakesLabels) {
  const Plane plane = ready_plane("labels");
  plane.resource("v1", "serviceaccounts").in("default").apply(made_object("v1", "ServiceAccount", "default"));
  const RemovedAtEnd pods(plane.resource("v1", "pods").in("default"));
  json pod = made_object("v1", "Pod", "web");
  pod["spec"] = {{"containers", json::array({{{"name", "web"}, {"image", "web:1"}}})}};
  pods->create(pod);
  const json patch = {{"metadata", {{"labels", {{"seen", "yes"}}}}}, {"status", {{"phase", "Running"}}}};
  pods->subresource("status").patch("web", PatchType::merge, patch);
  EXPECT_EQ(pods->get("web").get<std::string>("/metadata/labels/seen"), "yes");
}

TEST_F(LiveAnswers, RefusedPreconditionIsAConflict) {
  const Resource maps = config_maps(ready_plane("preconditions"));
  maps.create(made_config_map("settings", "on"));
  DeleteOptions another;
  another.uid = "00000000-0000-0000-0000-000000000000";
  EXPECT_THROW(maps.remove("settings", another), Conflict);
  EXPECT_TRUE(maps.find("settings"));
}

TEST_F(LiveAnswers, FieldThatNoTypeHasIsRefusedByServerSideApply) {
  const Plane plane = ready_plane("unknown-field");
  const Resource deployments = plane.resource("apps/v1", "deployments").in("default");
  json object = made_object("apps/v1", "Deployment", "web");
  object["spec"] = {{"replica", 1}};
  EXPECT_THROW(deployments.apply(object), ApiError);
  EXPECT_FALSE(deployments.find("web"));
}

}  // namespace
}  // namespace kplane::live
