// The objects of one type: reading, writing and removing them.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveResource = LiveTest;
using nlohmann::json;

ListOptions labelled(std::string selector) {
  ListOptions options;
  options.label_selector = std::move(selector);
  return options;
}

std::set<std::string> names(ObjectList list) {
  std::set<std::string> found;
  for (const Object& object : list) found.emplace(object.name());
  return found;
}

/// Paused, so that a plane with controllers starts no pods for it.
json paused_deployment(const std::string& name) {
  json object = made_object("apps/v1", "Deployment", name);
  const json containers =
      json::array({{{"name", "web"}, {"image", "web:1"}}, {{"name", "proxy"}, {"image", "proxy:1"}}});
  const json labels = {{"app", name}};
  object["spec"] = {{"replicas", 1},
                    {"paused", true},
                    {"selector", {{"matchLabels", labels}}},
                    {"template", {{"metadata", {{"labels", labels}}}, {"spec", {{"containers", containers}}}}}};
  return object;
}

TEST_F(LiveResource, LivesFromCreationToRemoval) {
  const RemovedAtEnd maps(config_maps(ready_plane("crud")));
  EXPECT_FALSE(maps->find("settings"));
  EXPECT_THROW(static_cast<void>(maps->get("settings")), NotFound);

  const Object created = maps->create(made_config_map("settings", "slow"));
  EXPECT_FALSE(created.uid().empty());
  EXPECT_EQ(created.ns(), "default");
  EXPECT_THROW(maps->create(made_config_map("settings", "other")), AlreadyExists);

  const Object read = maps->get("settings");
  EXPECT_EQ(read.uid(), created.uid());
  EXPECT_EQ(read.get<std::string_view>("/data/mode"), "slow");

  json changed = read.json();
  changed["data"]["mode"] = "fast";
  const Object replaced = maps->replace(changed);
  EXPECT_NE(replaced.resource_version(), read.resource_version());
  EXPECT_EQ(maps->get("settings").get<std::string>("/data/mode"), "fast");

  EXPECT_TRUE(maps->remove("settings"));
  EXPECT_FALSE(maps->remove("settings"));
  EXPECT_FALSE(maps->find("settings"));
}

TEST_F(LiveResource, GoesToTheDefaultNamespaceWhereItNamesNone) {
  PlaneOptions options;
  options.ns = "kube-public";
  const Plane plane = client().plane(ready_plane("default-namespace").cluster(), options);
  const Resource maps = plane.resource("v1", "configmaps");
  const RemovedAtEnd there(maps.in("kube-public"));
  EXPECT_EQ(maps.create(made_config_map("settings", "slow")).ns(), "kube-public");
  EXPECT_EQ(maps.apply(made_config_map("others", "slow")).ns(), "kube-public");
  const Manifests set = Manifests::from_yaml("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: set}\n");
  plane.apply(set).raise_if_failed();
  EXPECT_TRUE(there->find("set"));
  plane.remove(set).raise_if_failed();
  EXPECT_FALSE(there->find("set"));
}

TEST_F(LiveResource, IsWrittenAgainWhenAnotherWriterWasFaster) {
  const RemovedAtEnd maps(config_maps(ready_plane("faster")));
  const Object first = maps->create(made_config_map("settings", "slow"));
  int attempts = 0;
  const Object stored = retry_on_conflict([&] {
    json object = maps->get("settings").json();
    object["data"]["mine"] = "kept";
    if (++attempts == 1) maps->patch("settings", PatchType::merge, R"({"data":{"theirs":"kept"}})");
    return maps->replace(object);
  });
  EXPECT_GE(attempts, 2);
  EXPECT_EQ(stored.get<std::string_view>("/data/mine"), "kept");
  EXPECT_EQ(stored.get<std::string_view>("/data/theirs"), "kept");
  EXPECT_THROW(maps->replace(first), Conflict) << "it holds the version that was stored first";
}

TEST_F(LiveResource, IsListedInPagesAndBySelectors) {
  const Plane plane = ready_plane("pages");
  const RemovedAtEnd maps(config_maps(plane));
  std::set<std::string> all;
  for (int i = 0; i < 7; ++i) {
    json object = made_config_map("map-" + std::to_string(i), "x");
    object["metadata"]["labels"]["parity"] = i % 2 == 0 ? "even" : "odd";
    maps->create(object);
    all.insert(object["metadata"]["name"]);
  }
  ListOptions pages = labelled(made_here);
  pages.limit = 2;
  EXPECT_EQ(names(maps->list(pages)), all);
  EXPECT_FALSE(maps->list(pages).resource_version().empty());
  EXPECT_EQ(names(maps->list(labelled(std::string(made_here) + ",parity!=even"))),
            (std::set<std::string>{"map-1", "map-3", "map-5"}));
  ListOptions one;
  one.field_selector = "metadata.name=map-4";
  EXPECT_EQ(names(maps->list(one)), std::set<std::string>{"map-4"});
  EXPECT_EQ(names(plane.resource("v1", "configmaps").list(pages)), all) << "in all namespaces";
}

TEST_F(LiveResource, IsPatchedInEachFormat) {
  const Plane plane = ready_plane("patch");
  const RemovedAtEnd maps(config_maps(plane));
  maps->create(made_config_map("settings", "slow"));
  maps->patch("settings", PatchType::merge, R"({"data":{"mode":null,"speed":"1"}})");
  const Object patched = maps->patch(
      "settings", PatchType::json,
      R"([{"op":"test","path":"/data/speed","value":"1"},{"op":"replace","path":"/data/speed","value":"2"}])");
  EXPECT_EQ(patched.get<std::string_view>("/data/mode"), std::nullopt);
  EXPECT_EQ(patched.get<std::string_view>("/data/speed"), "2");

  const RemovedAtEnd deployments(plane.resource("apps/v1", "deployments").in("default"));
  deployments->create(paused_deployment("shop"));
  const Object shop =
      deployments->patch("shop", PatchType::strategic,
                         R"({"spec":{"template":{"spec":{"containers":[{"name":"proxy","image":"proxy:2"}]}}}})");
  std::set<std::string> images;
  for (const Object& container : shop.elements("/spec/template/spec/containers")) {
    images.insert(container.get<std::string>("/image").value_or(""));
  }
  EXPECT_EQ(images, (std::set<std::string>{"web:1", "proxy:2"})) << "containers are merged by their names";
}

TEST_F(LiveResource, IsAppliedByManagersThatOwnFields) {
  const RemovedAtEnd maps(config_maps(ready_plane("apply")));
  ApplyOptions one;
  one.field_manager = "one";
  const Object applied = maps->apply(made_config_map("settings", "slow"), one);
  const Object again = maps->apply(made_config_map("settings", "slow"), one);
  EXPECT_EQ(again.resource_version(), applied.resource_version()) << "nothing changed";

  ApplyOptions other;
  other.field_manager = "other";
  try {
    maps->apply(made_config_map("settings", "fast"), other);
    FAIL() << "the field belongs to another manager";
  } catch (const Conflict& error) {
    ASSERT_EQ(error.details().causes.size(), 1U);
    EXPECT_EQ(error.details().causes[0].field, ".data.mode");
  }
  other.force = true;
  const Object forced = maps->apply(made_config_map("settings", "fast"), other);
  EXPECT_EQ(forced.get<std::string_view>("/data/mode"), "fast");
  EXPECT_THROW(maps->apply(made_config_map("settings", "slow"), one), Conflict) << "it changed hands";
}

TEST_F(LiveResource, IsLeftAloneByADryRun) {
  const RemovedAtEnd maps(config_maps(ready_plane("dry")));
  WriteOptions write;
  write.dry_run = true;
  PatchOptions patch;
  patch.dry_run = true;
  DeleteOptions remove;
  remove.dry_run = true;
  EXPECT_EQ(maps->create(made_config_map("settings", "slow"), write).name(), "settings");
  EXPECT_FALSE(maps->find("settings"));

  const Object stored = maps->create(made_config_map("settings", "slow"));
  const Object tried = maps->patch("settings", PatchType::merge, R"({"data":{"mode":"fast"}})", patch);
  EXPECT_EQ(tried.get<std::string_view>("/data/mode"), "fast");
  maps->apply(made_config_map("settings", "slow"), patch);
  maps->remove("settings", remove);
  maps->remove_collection(labelled(made_here), remove);
  EXPECT_EQ(maps->get("settings").resource_version(), stored.resource_version());
}

TEST_F(LiveResource, IsRefusedWithAnUnknownFieldWhenThatIsAsked) {
  const RemovedAtEnd maps(config_maps(ready_plane("strict")));
  json object = made_config_map("settings", "slow");
  object["dta"] = json::object();
  WriteOptions strict;
  strict.field_validation = FieldValidation::strict;
  EXPECT_THROW(maps->create(object, strict), BadRequest);
}

TEST_F(LiveResource, IsRemovedOnlyAsThePreconditionSays) {
  const RemovedAtEnd maps(config_maps(ready_plane("precondition")));
  const Object created = maps->create(made_config_map("settings", "slow"));
  DeleteOptions another;
  another.uid = "00000000-0000-4000-8000-000000000000";
  EXPECT_THROW(maps->remove("settings", another), Conflict);
  DeleteOptions this_one;
  this_one.uid = created.uid();
  EXPECT_TRUE(maps->remove("settings", this_one));
}

TEST_F(LiveResource, IsRemovedTogetherWithAllThatASelectorChooses) {
  const RemovedAtEnd maps(config_maps(ready_plane("together")));
  for (const char* name : {"one", "two", "other"}) {
    json object = made_config_map(name, "x");
    object["metadata"]["labels"]["batch"] = std::string(name) == "other" ? "kept" : "done";
    maps->create(object);
  }
  maps->remove_collection(labelled("batch=done"));
  EXPECT_EQ(names(maps->list(labelled(made_here))), std::set<std::string>{"other"});
}

TEST_F(LiveResource, IsScaledThroughItsSubresource) {
  const RemovedAtEnd deployments(ready_plane("scale").resource("apps/v1", "deployments").in("default"));
  deployments->create(paused_deployment("shop"));
  EXPECT_EQ(deployments->replicas("shop"), 1);
  deployments->scale("shop", 3);
  EXPECT_EQ(deployments->replicas("shop"), 3);
  EXPECT_EQ(deployments->get("shop").get<std::int64_t>("/spec/replicas"), 3);
  EXPECT_THROW(deployments->scale("nothing", 3), NotFound);
}

TEST_F(LiveResource, IsFoundByItsKind) {
  const Plane plane = ready_plane("kinds");
  const Resource deployments = once_served([&] { return plane.resource_of_kind("apps/v1", "Deployment"); });
  EXPECT_EQ(deployments.plural(), "deployments");
  EXPECT_EQ(deployments.api_version(), "apps/v1");
  EXPECT_EQ(plane.resource_of_kind("v1", "ConfigMap").plural(), "configmaps");
  EXPECT_THROW(static_cast<void>(plane.resource_of_kind("v1", "NoSuchKind")), NotFound);
  EXPECT_THROW(static_cast<void>(plane.resource_of_kind("nosuch.example.com/v1", "Thing")), NotFound);
}

TEST_F(LiveResource, IsNotFoundWhereTheTypeIsNotServed) {
  const Resource things = ready_plane("types").resource("nosuch.example.com/v1", "things").in("default");
  EXPECT_THROW(static_cast<void>(things.find("one")), NotFound);
  EXPECT_THROW(things.remove("one"), NotFound);
  EXPECT_THROW(things.watch([](const WatchEvent&) { return true; }), NotFound);
}

}  // namespace
}  // namespace kplane::live
