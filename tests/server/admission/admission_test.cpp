// What admission fills in, and what it refuses.
#include "local_server/admission/admission.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/bootstrap.hpp"
#include "server/said.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Admission : public ::testing::Test {
 protected:
  Admission() { bootstrap(store); }

  Answer post(const char* group, const char* resource, const std::string& body,
              const std::map<std::string, std::string>& query = {}) {
    const ResourceType& type = *find_built_in(group, resource);
    try {
      return answer_rest(store, type,
                         {"POST", type.namespaced ? "default" : "", "", "", query, kJsonType, body, "tests/1"});
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  void make_account() {
    static_cast<void>(
        post("", "serviceaccounts", R"({"metadata":{"name":"default"},"imagePullSecrets":[{"name":"pull"}]})"));
  }
  Answer post_pod(const std::string& name, const std::string& spec = {}) {
    return post(
        "", "pods",
        R"({"metadata":{"name":")" + name + R"("},"spec":{)" + spec + R"("containers":[{"name":"c","image":"i"}]}})");
  }

  Store store;
};

TEST_F(Admission, PodsNeedTheirAccount) {
  const Answer refused = post_pod("p");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(message_of(refused),
            "pods \"p\" is forbidden: error looking up service account default/default: "
            "serviceaccount \"default\" not found");
  make_account();
  const Answer answer = post_pod("p");
  ASSERT_EQ(answer.status, 201) << answer.body;
  const json spec = json::parse(answer.body)["spec"];
  EXPECT_EQ(spec["serviceAccountName"], "default");
  EXPECT_EQ(spec["imagePullSecrets"][0]["name"], "pull");
  EXPECT_EQ(spec["volumes"][0]["name"], spec["containers"][0]["volumeMounts"][0]["name"]);
  EXPECT_EQ(spec["priority"], 0);
  EXPECT_EQ(spec["tolerations"].size(), 2U);
}

TEST_F(Admission, ReadsAnotherStoreWhereThatIsAsked) {
  Store root;
  bootstrap(root);
  const ResourceType& pods = *find_built_in("", "pods");
  json pod = json::parse(R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  const Creation creation{store, root, pods, "default", "p"};
  EXPECT_THROW(admit(creation, pod), StatusError);
  make_account();
  EXPECT_THROW(admit(creation, pod), StatusError) << "the account is in the other store";
}

TEST_F(Admission, PrioritiesComeFromTheirClasses) {
  make_account();
  const Answer answer = post_pod("p", R"("priorityClassName":"system-node-critical",)");
  EXPECT_EQ(json::parse(answer.body)["spec"]["priority"], 2000001000);
  EXPECT_THAT(message_of(post_pod("q", R"("priorityClassName":"none",)")),
              HasSubstr("no PriorityClass with name none"));
  EXPECT_EQ(post_pod("r", R"("priority":5,)").status, 403);
}

TEST_F(Admission, LimitRangesGiveDefaultsAndRefuse) {
  make_account();
  ASSERT_EQ(post("", "limitranges", R"({"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container",
    "default":{"cpu":"500m"},"max":{"cpu":"2"}}]}})")
                .status,
            201);
  const Answer answer = post_pod("p");
  EXPECT_EQ(json::parse(answer.body)["spec"]["containers"][0]["resources"]["limits"]["cpu"], "500m");
  const Answer refused = post("", "pods", R"({"metadata":{"name":"q"},"spec":{"containers":[{"name":"c","image":"i",
    "resources":{"limits":{"cpu":"3"}}}]}})");
  EXPECT_THAT(message_of(refused), HasSubstr("maximum cpu usage per Container is 2, but limit is 3"));
}

TEST_F(Admission, QuotasCountOnceTheyHaveAStatus) {
  ASSERT_EQ(post("", "resourcequotas", R"({"metadata":{"name":"q"},"spec":{"hard":{"configmaps":"1"}}})").status, 201);
  EXPECT_EQ(post("", "configmaps", R"({"metadata":{"name":"a"}})").status, 201);
  const ResourceType& quotas = *find_built_in("", "resourcequotas");
  const auto filled = store.update(quotas, {"default", "q"}, [](const StoredObject& current) {
    json quota = current.value();
    quota["status"] = {{"hard", {{"configmaps", "2"}}}, {"used", {{"configmaps", "1"}}}};
    return quota;
  });
  ASSERT_NE(filled, nullptr);
  EXPECT_EQ(post("", "configmaps", R"({"metadata":{"name":"b"}})", {{"dryRun", "All"}}).status, 201);
  EXPECT_EQ(post("", "configmaps", R"({"metadata":{"name":"b"}})").status, 201) << "a dry run counts nothing";
  EXPECT_THAT(message_of(post("", "configmaps", R"({"metadata":{"name":"c"}})")),
              HasSubstr("exceeded quota: q, requested: configmaps=1, used: configmaps=2, limited: configmaps=2"));
}

TEST_F(Admission, PodSecurityRefusesWhatANamespaceForbids) {
  make_account();
  const ResourceType& namespaces = *find_built_in("", "namespaces");
  const auto labelled = store.update(namespaces, {"", "default"}, [](const StoredObject& current) {
    json ns = current.value();
    ns["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = "baseline";
    return ns;
  });
  ASSERT_NE(labelled, nullptr);
  EXPECT_EQ(post_pod("p").status, 201);
  EXPECT_THAT(message_of(post_pod("q", R"("hostNetwork":true,)")),
              HasSubstr("violates PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)"));
}

}  // namespace
}  // namespace kplane::testing::server
