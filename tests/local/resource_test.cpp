// Resource: one object's life, and lists.
#include <kplane/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

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

}  // namespace
}  // namespace kplane::tests
