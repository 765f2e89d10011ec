// Server-side apply, and the managers of fields.
#include <string>

#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/patch/field_set.hpp"
#include "local_server/patch/managed_fields.hpp"
#include "local_server/patch/patch.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/bootstrap.hpp"
#include "server/said.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Query = std::map<std::string, std::string>;

constexpr const char kAppliedFleet[] =
    R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"rl"},"spec":{"replicas":2,"namePrefix":"rl-"}})";

class Apply : public ::testing::Test {
 protected:
  Apply() { bootstrap(store); }

  Answer send(const ResourceType& type, const char* method, const std::string& name, Query query,
              const char* content_type, const std::string& body, const std::string& subresource = {}) {
    const std::string ns = type.namespaced ? "default" : "";
    try {
      return answer_rest(store, type, {method, ns, name, subresource, std::move(query), content_type, body, "tests/1"});
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  Answer apply(const ResourceType& type, const std::string& name, const std::string& body,
               const std::string& manager = "a", Query query = {}) {
    query.emplace("fieldManager", manager);
    return send(type, "PATCH", name, std::move(query), kApplyPatchType, body);
  }
  Answer apply_data(const std::string& data, const std::string& manager = "a", Query query = {}) {
    return apply(configmaps, "c", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: " + data + "}", manager,
                 std::move(query));
  }
  json stored(const ResourceType& type, const std::string& name) {
    return store.get(type, {type.namespaced ? "default" : "", name})->value();
  }
  json manager(const ResourceType& type, const std::string& name, const std::string& who, const char* operation) {
    const json object = stored(type, name);
    for (const auto& entry : object["metadata"]["managedFields"]) {
      if (entry["manager"] == who && entry["operation"] == operation) return entry;
    }
    return {};
  }

  Store store;
  const ResourceType& configmaps = *find_built_in("", "configmaps");
  const ResourceType& deployments = *find_built_in("apps", "deployments");
  const ResourceType& fleets = fleet_type();
};

TEST_F(Apply, CreatesThenMerges) {
  const auto created = apply_data("{k: v}");
  EXPECT_EQ(created.status, 201) << created.body;
  const auto merged = apply_data("{k: w, x: z}");
  EXPECT_EQ(merged.status, 200);
  EXPECT_EQ(json::parse(merged.body)["data"], json::parse(R"({"k":"w","x":"z"})"));
  EXPECT_EQ(manager(configmaps, "c", "a", "Apply")["fieldsV1"], json::parse(R"({"f:data":{"f:k":{},"f:x":{}}})"));
}

TEST_F(Apply, NeedsAManagerAndTheEnvelope) {
  const auto nobody = send(configmaps, "PATCH", "c", {}, kApplyPatchType, "{apiVersion: v1, kind: ConfigMap}");
  EXPECT_EQ(nobody.status, 422);
  EXPECT_EQ(message_of(nobody),
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
  for (const char* body : {"", "[]", "text", "{kind: ConfigMap}", "{apiVersion: v1, kind: Secret}", "{a: [}",
                           "{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}",
                           "{apiVersion: v1, kind: ConfigMap, metadata: {managedFields: [{manager: x}]}}"}) {
    EXPECT_EQ(apply(configmaps, "c", body).status, 400) << body;
  }
  EXPECT_EQ(send(configmaps, "PATCH", "c", {{"force", "true"}}, kMergePatchType, "{}").status, 422);
}

TEST_F(Apply, TypesScalarsAsKubernetesDoes) {
  ASSERT_EQ(apply(configmaps, "c",
                  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  creationTimestamp: null\ndata:\n"
                  "  quoted: \"5\"\n  folded: >-\n    a\n    b\n  plain: text\n")
                .status,
            201);
  EXPECT_EQ(stored(configmaps, "c")["data"], json::parse(R"({"quoted":"5","folded":"a b","plain":"text"})"));
  const auto fleet =
      apply(fleets, "rl", "{apiVersion: kplane.dev/v1, kind: Fleet, metadata: {name: rl}, spec: {replicas: 0x2}}");
  EXPECT_EQ(json::parse(fleet.body)["spec"]["replicas"], 2);
}

TEST_F(Apply, ConflictsAsARealServerSays) {
  ASSERT_EQ(send(fleets, "POST", "", {{"fieldManager", "kplane-cpp"}}, kJsonType, kAppliedFleet).status, 201);
  const char* const wish = "apiVersion: kplane.dev/v1\nkind: Fleet\nmetadata: {name: rl}\nspec: {replicas: 4}\n";
  const auto refused = apply(fleets, "rl", wish, "kplane-cpp");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.body,
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Apply failed with 1 )"
            R"(conflict: conflict with \"kplane-cpp\" using kplane.dev/v1: .spec.replicas","reason":"Conflict",)"
            R"("details":{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kplane-cpp\" using )"
            R"(kplane.dev/v1","field":".spec.replicas"}]},"code":409})"
            "\n");
  EXPECT_EQ(stored(fleets, "rl")["spec"]["replicas"], 2);
  ASSERT_EQ(apply(fleets, "rl", wish, "kplane-cpp", {{"force", "true"}}).status, 200);
  EXPECT_EQ(manager(fleets, "rl", "kplane-cpp", "Apply")["fieldsV1"],
            json::parse(R"({"f:spec":{".":{},"f:replicas":{}}})"));
  EXPECT_EQ(manager(fleets, "rl", "kplane-cpp", "Update")["fieldsV1"],
            json::parse(R"({"f:spec":{".":{},"f:namePrefix":{}}})"));
}

TEST_F(Apply, NamesEveryConflict) {
  ASSERT_EQ(apply_data("{k: v, x: z}").status, 201);
  EXPECT_EQ(message_of(apply_data("{k: 1st, x: 2nd}", "b")),
            "Apply failed with 2 conflicts: conflicts with \"a\":\n- .data.k\n- .data.x");
}

TEST_F(Apply, SharesFieldsOfTheSameValue) {
  ASSERT_EQ(apply_data("{k: v}").status, 201);
  ASSERT_EQ(apply_data("{k: v}", "b").status, 200);
  ASSERT_EQ(apply_data("{}").status, 200);
  EXPECT_EQ(stored(configmaps, "c")["data"]["k"], "v");
  ASSERT_EQ(apply_data("{}", "b").status, 200);
  EXPECT_FALSE(stored(configmaps, "c").value("data", json::object()).contains("k"));
}

TEST_F(Apply, RemovesWhatItsManagerNoLongerWants) {
  ASSERT_EQ(apply_data("{k: v, x: z}").status, 201);
  ASSERT_EQ(send(configmaps, "PATCH", "c", {}, kMergePatchType, R"({"data":{"other":"kept"}})").status, 200);
  ASSERT_EQ(apply_data("{k: v}").status, 200);
  EXPECT_EQ(stored(configmaps, "c")["data"], json::parse(R"({"k":"v","other":"kept"})"));
}

TEST_F(Apply, OfNoFieldsOwnsNone) {
  EXPECT_TRUE(from_fields_v1(json::object()).empty());
  ASSERT_EQ(apply_data("{k: v}", "b").status, 201);
  const char* const name_alone = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, finalizers: []}}";
  ASSERT_EQ(apply(configmaps, "c", name_alone).status, 200);
  ASSERT_EQ(apply(configmaps, "c", name_alone).status, 200);
  EXPECT_EQ(stored(configmaps, "c")["data"], json::parse(R"({"k":"v"})"));
  EXPECT_EQ(apply_data("{k: w}", "b").status, 200) << "nobody else owns it";
}

TEST_F(Apply, LosesFieldsToThoseWhoUpdateThem) {
  ASSERT_EQ(apply_data("{k: v, x: z}").status, 201);
  ASSERT_EQ(send(configmaps, "PATCH", "c", {}, kMergePatchType, R"({"data":{"k":"w"}})").status, 200);
  EXPECT_EQ(manager(configmaps, "c", "a", "Apply")["fieldsV1"], json::parse(R"({"f:data":{"f:x":{}}})"));
  EXPECT_EQ(manager(configmaps, "c", "tests", "Update")["fieldsV1"], json::parse(R"({"f:data":{"f:k":{}}})"));
  EXPECT_EQ(apply_data("{k: v, x: z}").status, 409);
}

TEST_F(Apply, WritesNothingWhenNothingChanges) {
  ASSERT_EQ(apply_data("{k: v}").status, 201);
  ASSERT_EQ(apply_data("{x: z}", "b").status, 200);
  const auto version = store.resource_version();
  EXPECT_EQ(apply_data("{k: v}").status, 200);
  EXPECT_EQ(apply_data("{x: z}", "b").status, 200);
  EXPECT_EQ(send(configmaps, "PATCH", "c", {}, kMergePatchType, R"({"data":{"k":"v"}})").status, 200);
  EXPECT_EQ(send(configmaps, "PUT", "c", {}, kJsonType, stored(configmaps, "c").dump()).status, 200);
  EXPECT_EQ(store.resource_version(), version);
}

TEST_F(Apply, MergesListsByTheirKeys) {
  const auto deployment = [&](const std::string& containers, const std::string& who) {
    return apply(
        deployments, "web",
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: b}}, "
        "template: {metadata: {labels: {a: b}}, spec: {containers: " +
            containers + "}}}}",
        who);
  };
  ASSERT_EQ(
      deployment("[{name: web, image: nginx, ports: [{containerPort: 80}], env: [{name: A, value: x}]}]", "a").status,
      201);
  ASSERT_EQ(deployment("[{name: log, image: fluent}, {name: web, env: [{name: B, value: z}]}]", "b").status, 200);
  json containers = stored(deployments, "web")["spec"]["template"]["spec"]["containers"];
  ASSERT_EQ(containers.size(), 2U);
  EXPECT_EQ(containers[0]["name"], "log") << "in the order of the last apply";
  EXPECT_EQ(containers[1]["image"], "nginx");
  EXPECT_EQ(containers[1]["env"].size(), 2U);
  const json fields = manager(deployments, "web", "a", "Apply")["fieldsV1"]["f:spec"]["f:template"]["f:spec"];
  EXPECT_TRUE(
      fields["f:containers"][R"(k:{"name":"web"})"]["f:ports"].contains(R"(k:{"containerPort":80,"protocol":"TCP"})"))
      << fields;
  ASSERT_EQ(deployment("[{name: web, env: [{name: B, value: z}]}]", "b").status, 200);
  containers = stored(deployments, "web")["spec"]["template"]["spec"]["containers"];
  ASSERT_EQ(containers.size(), 1U);
  EXPECT_EQ(containers[0]["name"], "web");
  EXPECT_EQ(message_of(deployment("[{name: web, image: apache}]", "b")),
            "Apply failed with 1 conflict: conflict with \"a\": .spec.template.spec.containers[name=\"web\"].image");
}

TEST_F(Apply, RefusesFieldsThatABuiltInTypeDoesNotHave) {
  const auto refused = apply(deployments, "web",
                             "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: "
                             "{bogus: 1, replicas: 2}}");
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(message_of(refused),
            "failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.bogus: field not "
            "declared in schema");
}

TEST_F(Apply, ToTheStatusOwnsNothingElse) {
  ASSERT_EQ(send(fleets, "POST", "", {}, kJsonType, kAppliedFleet).status, 201);
  const auto applied = send(
      fleets, "PATCH", "rl", {{"fieldManager", "s"}}, kApplyPatchType,
      "{apiVersion: kplane.dev/v1, kind: Fleet, metadata: {name: rl}, spec: {replicas: 9}, status: {readyReplicas: 1}}",
      "status");
  ASSERT_EQ(applied.status, 200) << applied.body;
  EXPECT_EQ(stored(fleets, "rl")["spec"]["replicas"], 2);
  EXPECT_EQ(manager(fleets, "rl", "s", "Apply")["subresource"], "status");
  EXPECT_EQ(manager(fleets, "rl", "s", "Apply")["fieldsV1"],
            json::parse(R"({"f:status":{".":{},"f:readyReplicas":{}}})"));
}

TEST_F(Apply, OwnsNoDefaults) {
  ASSERT_EQ(
      apply(deployments, "web",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: b}}, "
            "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: nginx}]}}}}")
          .status,
      201);
  EXPECT_EQ(stored(deployments, "web")["spec"]["replicas"], 1);
  EXPECT_EQ(manager(deployments, "web", "a", "Apply")["fieldsV1"],
            json::parse(R"({"f:spec":{"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{)"
                        R"("f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:name":{}}}}}}})"));
}

TEST_F(Apply, ACreationOwnsDefaultsButNotTheStructuresThatAreAlwaysThere) {
  ASSERT_EQ(send(deployments, "POST", "", {}, kJsonType,
                 R"({"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":)"
                 R"({"labels":{"a":"b"}},"spec":{"containers":[{"name":"web","image":"nginx"}]}}}})")
                .status,
            201);
  const json fields = manager(deployments, "web", "tests", "Update")["fieldsV1"]["f:spec"];
  EXPECT_TRUE(fields.contains("f:replicas"));
  EXPECT_FALSE(fields.contains(".")) << fields;
  const json& containers = fields["f:template"]["f:spec"]["f:containers"];
  EXPECT_FALSE(containers.contains(".")) << containers;
  EXPECT_TRUE(containers[R"(k:{"name":"web"})"].contains("f:imagePullPolicy")) << containers;
}

TEST_F(Apply, RefusesValuesOfOtherTypesAndItemsOfOneName) {
  EXPECT_EQ(message_of(apply_data("{k: [1]}")),
            "failed to create typed patch object (/c; /v1, Kind=ConfigMap): .data.k: expected string, got "
            "&value.valueUnstructured{Value:[]interface {}{1}}");
  EXPECT_EQ(message_of(apply(configmaps, "c",
                             "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, finalizers: [a.b/c, a.b/c]}}")),
            "failed to create typed patch object (/c; /v1, Kind=ConfigMap): .metadata.finalizers: duplicate entries "
            "for key [=\"a.b/c\"]");
}

TEST_F(Apply, KeepsTheOrderOfBothLists) {
  const auto finalizers = [&](const std::string& list, const std::string& who) {
    return apply(configmaps, "c", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, finalizers: [" + list + "]}}",
                 who);
  };
  ASSERT_EQ(finalizers("x/a, x/b, x/c", "a").status, 201);
  ASSERT_EQ(finalizers("x/c, x/d, x/a", "b").status, 200);
  EXPECT_EQ(stored(configmaps, "c")["metadata"]["finalizers"], json::parse(R"(["x/b","x/c","x/d","x/a"])"));
}

TEST_F(Apply, FindsFieldsOfNobodyManagedBeforeIt) {
  ASSERT_EQ(apply_data("{k: v}").status, 201);
  ASSERT_EQ(send(configmaps, "PATCH", "c", {}, kMergePatchType, R"({"metadata":{"managedFields":[]}})").status, 200);
  EXPECT_FALSE(stored(configmaps, "c")["metadata"].contains("managedFields"));
  EXPECT_EQ(message_of(apply_data("{k: w}")),
            "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.k");
}

TEST_F(Apply, TellsTenUpdatersApart) {
  ASSERT_EQ(send(configmaps, "POST", "", {}, kJsonType, R"({"metadata":{"name":"c"},"data":{"k":"v"}})").status, 201);
  for (int i = 0; i < 12; ++i) {
    const std::string patch = R"({"data":{"k)" + std::to_string(i) + R"(":"v"}})";
    const Query query = {{"fieldManager", "m" + std::to_string(i)}};
    ASSERT_EQ(send(configmaps, "PATCH", "c", query, kMergePatchType, patch).status, 200);
  }
  EXPECT_EQ(stored(configmaps, "c")["metadata"]["managedFields"].size(), 10U);
  EXPECT_TRUE(manager(configmaps, "c", "ancient-changes", "Update")["fieldsV1"]["f:data"].contains("f:k0"));
}

TEST_F(Apply, LosesReplicasToTheScale) {
  const std::string start =
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: b}}, "
      "template: "
      "{metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: nginx}]}}, replicas: ";
  ASSERT_EQ(apply(deployments, "web", start + "2}}").status, 201);
  ASSERT_EQ(send(deployments, "PATCH", "web", {{"fieldManager", "hpa"}}, kMergePatchType, R"({"spec":{"replicas":5}})",
                 "scale")
                .status,
            200);
  EXPECT_EQ(message_of(apply(deployments, "web", start + "2}}")),
            "Apply failed with 1 conflict: conflict with \"hpa\" with subresource \"scale\" using apps/v1: "
            ".spec.replicas");
}

TEST_F(Apply, StoresNothingInADryRun) {
  EXPECT_EQ(apply_data("{k: v}", "a", {{"dryRun", "All"}}).status, 201);
  EXPECT_EQ(store.get(configmaps, {"default", "c"}), nullptr);
  ASSERT_EQ(apply_data("{k: v}").status, 201);
  const auto dry = apply_data("{k: w}", "a", {{"dryRun", "All"}});
  EXPECT_EQ(json::parse(dry.body)["data"]["k"], "w");
  EXPECT_EQ(stored(configmaps, "c")["data"]["k"], "v");
  EXPECT_EQ(apply_data("{k: v}", "a", {{"dryRun", "some"}}).status, 422);
}

TEST_F(Apply, RefusesAliasesThatGrowWithoutMeasure) {
  std::string body = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    body += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) body += last + ", ";
    body += last + "]\n";
  }
  EXPECT_EQ(apply(configmaps, "c", body).status, 400);
}

}  // namespace
}  // namespace kplane::testing::server
