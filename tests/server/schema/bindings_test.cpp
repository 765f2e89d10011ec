// RoleBindings and ClusterRoleBindings.
#include "local_server/schema/bindings.hpp"

#include <string>

#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/patch/patch.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/bootstrap.hpp"
#include "server/said.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

class Bindings : public ::testing::Test {
 protected:
  Bindings() { bootstrap(store); }

  Answer send(const char* method, const ResourceType& type, const std::string& name, const std::string& body,
              const char* content_type = kJsonType) {
    RestRequest request{method, type.namespaced ? "default" : "", name, "", {}, content_type, body, "tests/1"};
    if (content_type == std::string(kApplyPatchType)) request.query["fieldManager"] = "tests";
    try {
      return answer_rest(store, type, request);
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  Answer post(const ResourceType& type, const std::string& parts) {
    return send("POST", type, "", R"({"metadata":{"name":"b"},)" + parts + "}");
  }

  Store store;
  const ResourceType& in_namespace = *find_built_in("rbac.authorization.k8s.io", "rolebindings");
  const ResourceType& in_cluster = *find_built_in("rbac.authorization.k8s.io", "clusterrolebindings");
};

constexpr const char kViewers[] = R"("roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[
  {"kind":"ServiceAccount","name":"default","namespace":"default"},{"kind":"User","name":"ann"}])";

TEST_F(Bindings, AreStoredWithTheirApiGroups) {
  for (const ResourceType* type : {&in_namespace, &in_cluster}) {
    const Answer answer = post(*type, kViewers);
    ASSERT_EQ(answer.status, 201) << answer.body;
    const json made = json::parse(answer.body);
    EXPECT_EQ(made["roleRef"]["apiGroup"], "rbac.authorization.k8s.io");
    EXPECT_FALSE(made["subjects"][0].contains("apiGroup"));
    EXPECT_EQ(made["subjects"][1]["apiGroup"], "rbac.authorization.k8s.io");
  }
}

TEST_F(Bindings, NeedNoSubjects) {
  EXPECT_EQ(post(in_namespace, R"("roleRef":{"kind":"Role","name":"r"})").status, 201);
}

TEST_F(Bindings, NeedARole) {
  const Answer answer = send("POST", in_namespace, "", R"({"metadata":{"name":"b"}})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(message_of(answer),
            "RoleBinding.rbac.authorization.k8s.io \"b\" is invalid: [roleRef.kind: Unsupported value: \"\": supported "
            "values: \"Role\", \"ClusterRole\", roleRef.name: Required value]");
  EXPECT_EQ(post(in_cluster, R"("roleRef":{"kind":"Role","name":"r"})").status, 422) << "a Role is of a namespace";
  EXPECT_EQ(post(in_namespace, R"("roleRef":{"kind":"Role","name":"r","apiGroup":"apps"})").status, 422);
}

TEST_F(Bindings, RefuseSubjectsThatAreNone) {
  const std::string role = R"("roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[)";
  for (const char* subject :
       {R"({"kind":"Robot","name":"r"})", R"({"kind":"User"})", R"({"name":"ann"})",
        R"({"kind":"ServiceAccount","name":"s","namespace":"n","apiGroup":"rbac.authorization.k8s.io"})",
        R"({"kind":"ServiceAccount","name":"of no namespace"})"}) {
    EXPECT_EQ(post(in_cluster, role + subject + "]").status, 422) << subject;
  }
  for (const char* parts : {R"("roleRef":"view")", R"("roleRef":{"kind":7})", R"("roleRef":{},"subjects":"all")",
                            R"("roleRef":{},"subjects":[7])", R"("roleRef":{},"subjects":[{"name":7}])"}) {
    EXPECT_EQ(post(in_cluster, parts).status, 400) << parts;
  }
}

TEST_F(Bindings, KeepTheirRole) {
  ASSERT_EQ(post(in_namespace, kViewers).status, 201);
  const Answer changed = send("PATCH", in_namespace, "b", R"({"roleRef":{"name":"edit"}})", kMergePatchType);
  EXPECT_EQ(changed.status, 422);
  EXPECT_EQ(message_of(changed),
            "RoleBinding.rbac.authorization.k8s.io \"b\" is invalid: roleRef: Invalid value: "
            R"({"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"edit"}: cannot change roleRef)");
  const Answer fewer = send("PATCH", in_namespace, "b", R"({"subjects":[]})", kMergePatchType);
  EXPECT_EQ(fewer.status, 200) << fewer.body;
  const std::string same = R"({"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"view"}})";
  EXPECT_EQ(send("PUT", in_namespace, "b", same).status, 200) << "the API group may be left out";
}

TEST_F(Bindings, AreAppliedAgainWithoutAChange) {
  const std::string applied =
      R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b"},)" +
      std::string(kViewers) + "}";
  const Answer first = send("PATCH", in_namespace, "b", applied, kApplyPatchType);
  ASSERT_EQ(first.status, 201) << first.body;
  const Answer again = send("PATCH", in_namespace, "b", applied, kApplyPatchType);
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(json::parse(again.body)["metadata"]["resourceVersion"],
            json::parse(first.body)["metadata"]["resourceVersion"]);
  const std::string other =
      R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b"},)"
      R"("roleRef":{"kind":"ClusterRole","name":"edit"}})";
  EXPECT_EQ(send("PATCH", in_namespace, "b", other, kApplyPatchType).status, 422);
}

}  // namespace
}  // namespace kplane::testing::server
