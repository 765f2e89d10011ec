// Types that CustomResourceDefinitions make a plane serve.
#include <chrono>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/fleet/definition_controller.hpp"
#include "local_server/patch/patch.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/schema/custom_definitions.hpp"
#include "local_server/schema/definition_check.hpp"
#include "local_server/store/planes.hpp"
#include "server/said.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kDefinition[] = R"({"metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com",
  "scope":"Namespaced","names":{"plural":"widgets","singular":"widget","kind":"Widget",
    "listKind":"WidgetList","shortNames":["wd"]},
  "versions":[{"name":"v1","served":true,"storage":true,
    "subresources":{"status":{},"scale":{"specReplicasPath":".spec.count","statusReplicasPath":".status.count"}},
    "schema":{"openAPIV3Schema":{"type":"object","required":["spec"],"properties":{
      "spec":{"type":"object","required":["size"],"properties":{
        "size":{"type":"string","enum":["small","large"]},"count":{"type":"integer","minimum":0},
        "color":{"type":"string","default":"red"},
        "parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["id"],
          "items":{"type":"object","required":["id"],"properties":{"id":{"type":"string"},"note":{"type":"string"}}}},
        "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
      "status":{"type":"object","properties":{"count":{"type":"integer"}}}}}}},
   {"name":"v2","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object",
      "x-kubernetes-preserve-unknown-fields":true}}},
   {"name":"v0","served":false,"storage":false,"schema":{"openAPIV3Schema":{"type":"object"}}}]}})";

class CustomTypesOfAPlane : public ::testing::Test {
 protected:
  Answer send(const ResourceType& type, const char* method, const std::string& name, const std::string& body,
              const char* content_type = kJsonType, const std::string& subresource = {},
              std::map<std::string, std::string> query = {}) {
    const std::string ns = type.namespaced ? "default" : "";
    try {
      return answer_rest(plane().store(), type,
                         {method, ns, name, subresource, std::move(query), content_type, body, "tests/1"});
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  Plane& plane() { return planes.at("p"); }
  const ResourceType* find(const char* version = "v1") {
    return plane().custom_types().find("example.com", version, "widgets");
  }
  ObjectPtr define() {
    EXPECT_EQ(send(definitions, "POST", "", kDefinition).status, 201);
    return plane().store().get(definitions, {"", "widgets.example.com"});
  }
  /// Makes the definition and serves it.
  const ResourceType& widgets() {
    static_cast<void>(define());
    establish(plane(), "widgets.example.com");
    return *find();
  }
  Answer make(const ResourceType& type, const std::string& spec) {
    return send(type, "POST", "",
                R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":)" + spec + "}");
  }

  Planes planes;
  const ResourceType& definitions = *find_built_in("apiextensions.k8s.io", "customresourcedefinitions");
};

TEST_F(CustomTypesOfAPlane, AreServedOnceTheDefinitionIsEstablished) {
  const auto defined = define();
  EXPECT_EQ(find(), nullptr);
  EXPECT_FALSE(is_established(defined->value()));
  DefinitionController controller;
  controller.on_change(plane(), {definitions, nullptr, defined});
  controller.stop();
  ASSERT_NE(find(), nullptr);
  const ResourceType& type = *find();
  EXPECT_EQ(type.kind, "Widget");
  EXPECT_EQ(type.singular, "widget");
  EXPECT_TRUE(type.namespaced && type.has_status && type.custom);
  EXPECT_NE(find("v2"), nullptr);
  EXPECT_EQ(find("v0"), nullptr);
  const json definition = plane().store().get(definitions, {"", "widgets.example.com"})->value();
  EXPECT_EQ(definition["status"]["conditions"][0]["type"], "NamesAccepted");
  EXPECT_EQ(definition["status"]["conditions"][1]["type"], "Established");
  EXPECT_EQ(definition["status"]["conditions"][1]["status"], "True");
  EXPECT_EQ(definition["status"]["storedVersions"], json({"v1"}));
}

TEST_F(CustomTypesOfAPlane, BelongToThatPlaneAlone) {
  static_cast<void>(widgets());
  EXPECT_EQ(planes.at("other").custom_types().find("example.com", "v1", "widgets"), nullptr);
}

TEST_F(CustomTypesOfAPlane, GoWithTheirDefinition) {
  const ResourceType& type = widgets();
  ASSERT_EQ(make(type, R"({"size":"small"})").status, 201);
  const auto definition = plane().store().remove(definitions, {"", "widgets.example.com"});
  DefinitionController controller;
  controller.on_change(plane(), {definitions, definition, nullptr});
  controller.stop();
  EXPECT_EQ(find(), nullptr);
  EXPECT_TRUE(plane().store().list(type).objects.empty());
}

TEST_F(CustomTypesOfAPlane, CheckTheirSchema) {
  const ResourceType& type = widgets();
  EXPECT_EQ(message_of(make(type, "{}")), "Widget.example.com \"w\" is invalid: spec.size: Required value");
  EXPECT_EQ(message_of(make(type, R"({"size":"huge"})")),
            "Widget.example.com \"w\" is invalid: spec.size: Unsupported value: \"huge\": supported values: \"small\", "
            "\"large\"");
  EXPECT_EQ(message_of(make(type, R"({"size":"small","count":"x"})")),
            "Widget.example.com \"w\" is invalid: spec.count: Invalid value: \"string\": spec.count in body must be of "
            "type integer: \"string\"");
  EXPECT_EQ(make(type, R"({"size":"small","count":-1})").status, 422);
  ASSERT_EQ(make(type, R"({"size":"small"})").status, 201);
  EXPECT_EQ(send(type, "PATCH", "w", R"({"spec":{"size":5}})", kMergePatchType).status, 422);
  EXPECT_EQ(send(type, "PATCH", "w", "{}", kStrategicPatchType).status, 415);
}

TEST_F(CustomTypesOfAPlane, PruneAndDefault) {
  const ResourceType& type = widgets();
  const auto created = make(type, R"({"size":"small","weird":1,"free":{"x":{"y":1}}})");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(json::parse(created.body)["spec"], json::parse(R"({"size":"small","color":"red","free":{"x":{"y":1}}})"));
  ASSERT_EQ(created.headers.size(), 1U);
  EXPECT_EQ(created.headers[0].second, R"(299 - "unknown field \"spec.weird\"")");
  const auto strict =
      send(type, "PATCH", "w", R"({"spec":{"weird":1}})", kMergePatchType, "", {{"fieldValidation", "Strict"}});
  EXPECT_EQ(strict.status, 422);
}

TEST_F(CustomTypesOfAPlane, HaveTheSubresourcesTheyDeclare) {
  const ResourceType& type = widgets();
  ASSERT_EQ(make(type, R"({"size":"small","count":2})").status, 201);
  EXPECT_EQ(send(type, "PATCH", "w", R"({"status":{"count":1}})", kMergePatchType, "status").status, 200);
  const json scale = json::parse(send(type, "GET", "w", "", "", "scale").body);
  EXPECT_EQ(scale["spec"]["replicas"], 2);
  EXPECT_EQ(scale["status"]["replicas"], 1);
  EXPECT_EQ(send(type, "PATCH", "w", R"({"spec":{"replicas":3}})", kMergePatchType, "scale").status, 200);
  EXPECT_EQ(json::parse(send(type, "GET", "w", "").body)["spec"]["count"], 3);
}

TEST_F(CustomTypesOfAPlane, MergeListsAsTheirSchemaSays) {
  const ResourceType& type = widgets();
  const auto apply = [&](const std::string& parts, const char* manager) {
    return send(
        type, "PATCH", "w",
        "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {size: small, parts: " + parts + "}}",
        kApplyPatchType, "", {{"fieldManager", manager}});
  };
  ASSERT_EQ(apply("[{id: a, note: x}]", "one").status, 201);
  const auto merged = apply("[{id: b}]", "two");
  EXPECT_EQ(json::parse(merged.body)["spec"]["parts"], json::parse(R"([{"id":"a","note":"x"},{"id":"b"}])"));
}

TEST_F(CustomTypesOfAPlane, AreServedInEachVersion) {
  const ResourceType& type = widgets();
  ASSERT_EQ(make(type, R"({"size":"small"})").status, 201);
  EXPECT_EQ(json::parse(send(*find("v2"), "GET", "w", "").body)["apiVersion"], "example.com/v2");
  EXPECT_EQ(json::parse(send(*find("v2"), "GET", "", "").body)["items"][0]["apiVersion"], "example.com/v2");
}

TEST_F(CustomTypesOfAPlane, StayOutOfTheState) {
  const ResourceType& type = widgets();
  ASSERT_EQ(make(type, R"({"size":"small"})").status, 201);
  EXPECT_EQ(plane().informers().look(true).live->count(key_of(type)), 0U);
}

TEST(Definitions, MustBeWhole) {
  const auto problems = [](const char* path, const json& value) {
    json definition = json::parse(kDefinition);
    definition[json::json_pointer(path)] = value;
    return definition_problems(definition).size();
  };
  EXPECT_TRUE(definition_problems(json::parse(kDefinition)).empty());
  EXPECT_EQ(problems("/metadata/name", "gadgets.example.com"), 1U);
  EXPECT_EQ(problems("/spec/scope", "Galaxy"), 1U);
  EXPECT_EQ(problems("/spec/names/kind", ""), 1U);
  EXPECT_EQ(problems("/spec/names/kind", "Wid\"get"), 1U);
  EXPECT_EQ(problems("/spec/versions/1/name", "v1/x"), 1U);
  EXPECT_EQ(problems("/spec/versions", json::array()), 2U);
  EXPECT_EQ(problems("/spec/versions/0/storage", false), 2U);
  EXPECT_EQ(problems("/spec/versions/1/schema", json::object()), 1U);
  EXPECT_GT(problems("/spec", 5), 0U);
}

}  // namespace
}  // namespace kplane::testing::server
