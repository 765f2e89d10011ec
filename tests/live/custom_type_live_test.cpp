// A type that a test defines: from its definition to its end.
#include <string>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveCustomType = LiveTest;
using nlohmann::json;

constexpr const char* definition_name = "widgets.live.example.com";

json widget_definition() {
  json definition = made_object("apiextensions.k8s.io/v1", "CustomResourceDefinition", definition_name);
  const json spec_schema = {{"type", "object"}, {"properties", {{"size", {{"type", "integer"}, {"minimum", 1}}}}}};
  const json version = {
      {"name", "v1"},
      {"served", true},
      {"storage", true},
      {"schema", {{"openAPIV3Schema", {{"type", "object"}, {"properties", {{"spec", spec_schema}}}}}}}};
  definition["spec"] = {
      {"group", "live.example.com"},
      {"scope", "Namespaced"},
      {"names", {{"plural", "widgets"}, {"singular", "widget"}, {"kind", "Widget"}, {"listKind", "WidgetList"}}},
      {"versions", json::array({version})}};
  return definition;
}

json widget(const std::string& name, int size) {
  json object = made_object("live.example.com/v1", "Widget", name);
  object["spec"] = {{"size", size}};
  return object;
}

TEST_F(LiveCustomType, IsServedOnceItIsEstablishedAndNoLongerWhenRemoved) {
  const Plane plane = ready_plane("widgets");
  const RemovedAtEnd definitions(plane.resource("apiextensions.k8s.io/v1", "customresourcedefinitions"));
  once_served([&] { return definitions->create(widget_definition()); });
  EXPECT_TRUE(definitions->wait_for(definition_name, conditions::condition("Established"), patience));

  const Resource widgets =
      once_served([&] { return plane.resource_of_kind("live.example.com/v1", "Widget").in("default"); });
  EXPECT_EQ(widgets.plural(), "widgets");
  once_served([&] { return widgets.create(widget("small", 1)); });
  EXPECT_THROW(widgets.create(widget("empty", 0)), Invalid);
  const Object grown = widgets.patch("small", PatchType::merge, R"({"spec":{"size":2}})");
  EXPECT_EQ(grown.get<std::int64_t>("/spec/size"), 2);
  EXPECT_EQ(widgets.apply(widget("large", 9)).name(), "large");
  EXPECT_EQ(widgets.list().all().size(), 2U);
  try {
    widgets.patch("small", PatchType::strategic, R"({"spec":{"size":3}})");
    FAIL() << "custom types take no strategic merge patch";
  } catch (const ApiError& error) {
    EXPECT_EQ(error.status(), 415);
  }

  EXPECT_TRUE(definitions->remove(definition_name));
  EXPECT_FALSE(definitions->wait_for(definition_name, conditions::gone(), patience));
}

}  // namespace
}  // namespace kplane::live
