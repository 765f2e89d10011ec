// Resource: one object's life, and lists.
#include <kplane/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "support/planes.hpp"
#include "support/served.hpp"

namespace kplane::tests {
namespace {

nlohmann::json config_map(const std::string& name, const std::string& mode) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"mode", mode}}}};
}

class ResourceTest : public ServedTest {
 protected:
  Resource config_maps() { return client().plane("a").resource("v1", "configmaps").in("default"); }
};
KPLANE_TEST_OVER_BOTH_SCHEMES(ResourceTest);

TEST_P(ResourceTest, ObjectIsCreatedReadReplacedPatchedAndRemoved) {
  const Resource maps = config_maps();
  const Object created = maps.create(config_map("demo", "on"));
  EXPECT_EQ(created.name(), "demo");
  EXPECT_EQ(created.ns(), "default");
  EXPECT_THROW(maps.create(config_map("demo", "on")), AlreadyExists);
  EXPECT_EQ(maps.get("demo").uid(), created.uid());

  nlohmann::json object = maps.get("demo").json();
  object["data"]["mode"] = "off";
  EXPECT_EQ(maps.replace(object).get<std::string>("/data/mode"), "off");
  EXPECT_THROW(maps.replace(object), Conflict) << "its resourceVersion is the one before";

  EXPECT_EQ(maps.patch("demo", PatchType::merge, R"({"data":{"mode":"dim"}})").get<std::string>("/data/mode"), "dim");
  EXPECT_EQ(maps.find("demo")->get<std::string>("/data/mode"), "dim");
  EXPECT_TRUE(maps.remove("demo"));
  EXPECT_FALSE(maps.remove("demo"));
  EXPECT_FALSE(maps.find("demo").has_value());
  EXPECT_THROW((void)maps.get("demo"), NotFound);
}

TEST_P(ResourceTest, OnlyTheVeryObjectIsRemoved) {
  const Resource maps = config_maps();
  const std::string uid(maps.create(config_map("demo", "on")).uid());
  DeleteOptions options;
  options.uid = "another";
  EXPECT_THROW(maps.remove("demo", options), Conflict);
  options.uid = uid;
  EXPECT_TRUE(maps.remove("demo", options));
}

TEST_P(ResourceTest, ListHasWhatIsThere) {
  const Resource maps = config_maps();
  for (const char* name : {"a", "b", "c"}) maps.create(config_map(name, "on"));
  std::vector<std::string> names;
  for (const Object& object : maps.list()) names.emplace_back(object.name());
  EXPECT_THAT(names, ::testing::IsSupersetOf({"a", "b", "c"}));
  EXPECT_FALSE(maps.list().resource_version().empty());
}

TEST_P(ResourceTest, UnknownTypesAreNotAbsentObjects) {
  const Plane plane = client().plane("a");
  EXPECT_THROW((void)plane.resource("nope.example.com/v1", "things").find("x"), NotFound);
}

TEST_P(ResourceTest, HandleMayOutliveItsClient) {
  const Resource maps = config_maps();
  EXPECT_EQ(maps.in("kube-system").ns(), "kube-system");
  EXPECT_EQ(maps.plural(), "configmaps");
  EXPECT_EQ(maps.api_version(), "v1");
  EXPECT_NO_THROW((void)maps.list());
}

TEST_P(ResourceTest, ManyPlanesAreWaitedForAtOnce) {
  const Client one = client();
  const std::vector<Plane> planes = planes_of(one, 30);
  for (const Plane& plane : planes) {
    plane.wait_until_ready();
    plane.resource("v1", "configmaps").in("default").create(config_map("demo", "off"));
  }
  std::thread writer([&] {
    for (const Plane& plane : planes) {
      plane.resource("v1", "configmaps").in("default").patch("demo", PatchType::merge, R"({"data":{"mode":"on"}})");
    }
  });
  const auto results = one.wait_for(planes, {"v1", "configmaps", "default", "demo"},
                                    conditions::field("/data/mode", "on"), std::chrono::minutes{1});
  writer.join();
  for (const WaitResult& result : results) {
    ASSERT_NO_THROW(result.raise_if_failed());
    EXPECT_EQ(result.object()->get<std::string>("/data/mode"), "on");
  }
  const WaitResult absent = one.wait_for({planes[0]}, {"v1", "namespaces", "", "absent"}, conditions::exists(),
                                         std::chrono::milliseconds{20})[0];
  EXPECT_THROW(absent.raise_if_failed(), TimeoutError);
}

}  // namespace
}  // namespace kplane::tests
