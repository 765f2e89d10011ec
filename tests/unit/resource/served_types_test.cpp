// Which types a plane serves: aggregated and plain discovery, and CustomResourceDefinitions.
#include "resource/served_types.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>

namespace kplane::detail {
namespace {

using ::testing::ElementsAre;

class ServedTypesTest : public ::testing::Test {
 protected:
  /// Asks until the end; what is not among the answers is not found. @return API-VERSION/PLURAL, with `*` where objects
  /// are deleted one by one
  std::vector<std::string> find_out(const std::map<std::string, std::string>& answers) {
    const PlaneEndpoint target{core_, "p", core_->cluster_base_url("p"), nullptr};
    ServedTypes types(target, {});
    while (!types.at_end()) {
      const http::Request request = types.request();
      asked_.push_back(request.url.substr(target.base_url.size()));
      types.take(answer_to(request, answers));
    }
    std::vector<std::string> found;
    for (const codec::ServedType& type : types.take_types()) {
      found.push_back(type.api_version + '/' + type.plural + (type.has_collection_delete ? "" : "*"));
    }
    return found;
  }

  Result<ApiResponse> answer_to(const http::Request& request, const std::map<std::string, std::string>& answers) {
    const auto found = answers.find(asked_.back());
    http::Response response;
    const bool is_missing = found == answers.end() || found->second.find("NotFound") != std::string::npos;
    response.request_line = http::request_line(request);
    response.status = is_missing ? 404 : 200;
    response.body = memory::PaddedBuffer(found == answers.end() ? "404 page not found" : found->second);
    return to_result(std::move(response));
  }

  std::shared_ptr<ClientCore> core_ = std::make_shared<ClientCore>("http://127.0.0.1:1", ClientOptions());
  std::vector<std::string> asked_;
};

constexpr const char* definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?limit=500";
constexpr const char* not_found = R"({"kind":"Status","status":"Failure","reason":"NotFound","message":)"
                                  R"("the server could not find the requested resource","code":404})";
constexpr const char* all_verbs = R"("verbs":["create","delete","deletecollection","get","list"])";

std::string resource(const std::string& plural, const std::string& scope = "Namespaced",
                     const std::string& verbs = all_verbs) {
  return R"({"resource":")" + plural + R"(","scope":")" + scope + R"(",)" + verbs + "}";
}

std::string groups(const std::string& items) { return R"({"kind":"APIGroupDiscoveryList","items":[)" + items + "]}"; }

std::string group(const std::string& name, const std::string& version, const std::string& resources) {
  const std::string metadata = name.empty() ? "{}" : R"({"name":")" + name + "\"}";
  return R"({"metadata":)" + metadata + R"(,"versions":[{"version":")" + version + R"(","resources":[)" + resources +
         "]}]}";
}

TEST_F(ServedTypesTest, ComeInThreeRequestsFromAggregatedDiscovery) {
  const auto types =
      find_out({{"/api", groups(group("", "v1",
                                      resource("pods") + ',' + resource("nodes", "Cluster") + ',' +
                                          resource("bindings", "Namespaced", R"("verbs":["create"])") + ',' +
                                          resource("odd", "Namespaced", R"("verbs":["delete","list"])")))},
                {"/apis", groups(group("rbac.authorization.k8s.io", "v1", resource("roles")) + ',' +
                                 group("apps", "v1", resource("deployments")))},
                {definitions, R"({"metadata":{},"items":[
           {"spec":{"group":"x.io","scope":"Namespaced","names":{"plural":"things"},
             "versions":[{"name":"v1alpha1","served":false},{"name":"v1","served":true}]}},
           {"spec":{"group":"x.io","scope":"Cluster","names":{"plural":"wides"},"versions":[{"name":"v1","served":true}]}},
           {"spec":{"group":"x.io","scope":"Namespaced","names":{"plural":"never"},"versions":[{"name":"v1"}]}}]})"}});
  EXPECT_THAT(types, ElementsAre("v1/pods", "v1/odd*", "apps/v1/deployments", "x.io/v1/things",
                                 "rbac.authorization.k8s.io/v1/roles"))
      << "custom types that discovery does not name; RBAC last";
  EXPECT_THAT(asked_, ElementsAre("/api", "/apis", definitions));
}

TEST_F(ServedTypesTest, ComeOncePerTypeWhateverTheVersions) {
  const std::string two = R"({"metadata":{"name":"x.io"},"versions":[{"version":"v2","resources":[)" +
                          resource("things") + R"(]},{"version":"v1","resources":[)" + resource("things") + ',' +
                          resource("olds") + "]}]}";
  const auto types = find_out({{"/api", groups("")},
                               {"/apis", groups(two)},
                               {definitions, R"({"metadata":{},"items":[{"spec":{"group":"x.io","scope":"Namespaced",
             "names":{"plural":"things"},"versions":[{"name":"v2","served":true}]}}]})"}});
  EXPECT_THAT(types, ElementsAre("x.io/v2/things", "x.io/v1/olds"));
}

TEST_F(ServedTypesTest, ComeVersionByVersionFromPlainDiscovery) {
  const std::string verbs = all_verbs;
  const auto types =
      find_out({{"/api", R"({"kind":"APIVersions","versions":["v1"]})"},
                {"/apis", R"({"kind":"APIGroupList","groups":[{"name":"apps","versions":[{"groupVersion":"apps/v1"}]},
           {"name":"gone.io","versions":[{"groupVersion":"gone.io/v1"}]}]})"},
                {"/api/v1", R"({"resources":[{"name":"pods","namespaced":true,)" + verbs +
                                R"(},{"name":"pods/status","namespaced":true,)" + verbs +
                                R"(},{"name":"nodes","namespaced":false,)" + verbs + "}]}"},
                {"/apis/apps/v1", R"({"resources":[{"name":"deployments","namespaced":true,)" + verbs + "}]}"},
                {definitions, not_found}});
  EXPECT_THAT(types, ElementsAre("v1/pods", "apps/v1/deployments"));
  EXPECT_THAT(asked_, ElementsAre("/api", "/apis", "/api/v1", "/apis/apps/v1", "/apis/gone.io/v1", definitions));
}

TEST_F(ServedTypesTest, OfKubernetesItselfAreNeverMissing) {
  const auto find_out_about = [&](const std::string& version) {
    return find_out(
        {{"/api", groups("")},
         {"/apis", R"({"kind":"APIGroupList","groups":[{"versions":[{"groupVersion":")" + version + R"("}]}]})"},
         {definitions, R"({"metadata":{},"items":[]})"}});
  };
  for (const char* version : {"v1", "apps/v1", "networking.k8s.io/v1", "rbac.authorization.k8s.io/v1"}) {
    EXPECT_THROW(static_cast<void>(find_out_about(version)), NotFound) << version;
  }
  for (const char* version : {"x.io/v1", "snapshot.storage.k8s.io/v1"}) {
    EXPECT_TRUE(find_out_about(version).empty()) << version;
  }
}

TEST_F(ServedTypesTest, OfDefinitionsAreMissingOnlyWhereTheServerSaysSo) {
  EXPECT_THROW(static_cast<void>(find_out({{"/api", groups("")}, {"/apis", groups("")}})), NotFound)
      << "the 404 of a proxy";
  EXPECT_TRUE(find_out({{"/api", groups("")}, {"/apis", groups("")}, {definitions, not_found}}).empty());
}

TEST_F(ServedTypesTest, WithNamesThatCannotStandInAPathAreRefused) {
  for (const char* plural : {"..", "pods?limit=1", "Pods", "a b", "%2e%2e"}) {
    EXPECT_THROW(static_cast<void>(find_out({{"/api", groups(group("", "v1", resource(plural)))}})), DecodeError)
        << plural;
  }
  for (const char* name : {"a/b", "..", "A.io", "x.io?y"}) {
    EXPECT_THROW(
        static_cast<void>(find_out({{"/api", groups("")}, {"/apis", groups(group(name, "v1", resource("things")))}})),
        DecodeError)
        << name;
  }
  EXPECT_THROW(static_cast<void>(find_out({{"/api", R"({"kind":"APIVersions","versions":["../v1"]})"}})), DecodeError);
}

TEST_F(ServedTypesTest, AreNotGuessedWhereAnAnswerSaysNothing) {
  EXPECT_THROW(static_cast<void>(find_out({})), NotFound);
  EXPECT_THROW(static_cast<void>(find_out({{"/api", R"({"kind":"Pod"})"}})), DecodeError);
}

}  // namespace
}  // namespace kplane::detail
