// The requests behind a Resource's operations: verb, URL, body, and what is refused before any I/O.
#include "resource/resource_request.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include <kplane/kplane.hpp>

namespace kplane::detail {
namespace {

const char* const config_map = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"demo","namespace":"a"}})";
const char* const bare = R"({"metadata":{"name":"demo"}})";

class ResourceRequest : public ::testing::Test {
 protected:
  [[nodiscard]] PlaneEndpoint target() const { return {core_, "p", core_->cluster_base_url("p"), nullptr}; }
  [[nodiscard]] std::string path_of(const http::Request& request) const {
    return request.url.substr(core_->cluster_base_url("p").size());
  }
  [[nodiscard]] static ResourcePath pods(std::string ns = "") { return {"v1", "pods", std::move(ns)}; }

  std::shared_ptr<ClientCore> core_ = std::make_shared<ClientCore>("http://127.0.0.1:1", ClientOptions());
};

TEST_F(ResourceRequest, CoreGroupLivesApartFromAllOthers) {
  EXPECT_EQ(collection_path({"v1", "nodes"}), "/api/v1/nodes");
  EXPECT_EQ(collection_path({"v1", "pods", "a"}), "/api/v1/namespaces/a/pods");
  EXPECT_EQ(collection_path({"apps/v1", "deployments", "a"}), "/apis/apps/v1/namespaces/a/deployments");
  EXPECT_EQ(object_path({"apps/v1", "deployments", "a", "scale"}, "web"),
            "/apis/apps/v1/namespaces/a/deployments/web/scale");
  EXPECT_EQ(object_path({"rbac.authorization.k8s.io/v1", "clusterroles"}, "system:node"),
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode");
}

TEST_F(ResourceRequest, WhatCannotStandInAPathIsRefused) {
  EXPECT_THROW((void)object_path(pods(".."), "web"), ConfigError) << "as a forged state may have it";
  EXPECT_THROW((void)collection_path({"../v1", "pods"}), ConfigError);
  for (const char* version : {"", "/", "v1/", "/v1", "a/b/c", "V1", "apps/v1/..", "apps/../v1", "..", "a?b/v1"}) {
    EXPECT_THROW((void)make_resource_path(version, "pods"), ConfigError) << version;
  }
  for (const char* plural : {"", "Pods", "pods/log", "..", "po ds", "pods?x"}) {
    EXPECT_THROW((void)make_resource_path("v1", plural), ConfigError) << plural;
  }
  for (const char* name : {"", ".", "..", "a/b", "a%2fb", "a\nb"}) {
    EXPECT_THROW((void)object_path(pods("a"), name), ConfigError) << name;
  }
  EXPECT_THROW((void)collection_path({"v1", "pods", "a", "status"}), ConfigError);
}

TEST_F(ResourceRequest, ListAsksForSelectorsAndPages) {
  ListOptions options;
  options.label_selector = "app=web,tier!=db";
  options.field_selector = "metadata.name=a";
  options.limit = 7;
  ListCursor cursor = list_cursor(target(), pods("a"), options);
  cursor.take_page(7, "next=1", 100);
  EXPECT_EQ(path_of(list_request(target(), cursor, options)),
            "/api/v1/namespaces/a/pods?labelSelector=app%3Dweb%2Ctier%21%3Ddb&fieldSelector=metadata.name%3Da&limit=7"
            "&continue=next%3D1");
  options = {};
  options.limit = 0;
  EXPECT_EQ(path_of(list_request(target(), list_cursor(target(), pods(), options), options)), "/api/v1/pods");
  options.limit = -1;
  EXPECT_THROW((void)list_cursor(target(), pods(), options), ConfigError);
}

TEST_F(ResourceRequest, CreateSaysWhoAndHow) {
  WriteOptions options;
  options.dry_run = true;
  options.field_validation = FieldValidation::strict;
  options.timeout = std::chrono::milliseconds{5};
  const TimePoint earliest = target().core->deadline(options.timeout);
  const http::Request request = create_request(target(), {"v1", "configmaps"}, config_map, options);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(path_of(request),
            "/api/v1/namespaces/a/configmaps?fieldManager=kplane-cpp&dryRun=All&fieldValidation=Strict");
  EXPECT_EQ(http::find_header(request.headers, "Content-Type"), "application/json");
  EXPECT_EQ(request.body, config_map);
  EXPECT_GE(request.deadline, earliest);
  EXPECT_LE(request.deadline, target().core->deadline(options.timeout));
  EXPECT_FALSE(request.idempotent);
}

TEST_F(ResourceRequest, StopIsPassedOn) {
  const StopSource source;
  GetOptions options;
  options.stop = source.token();
  EXPECT_TRUE(get_request(target(), pods("a"), "x", options).stop.stop_possible());
}

TEST_F(ResourceRequest, NamespaceComesFromThePathOrTheObject) {
  const ResourcePath all = {"v1", "configmaps"};
  const ResourcePath in_a = {"v1", "configmaps", "a"};
  const ResourcePath in_b = {"v1", "configmaps", "b"};
  EXPECT_EQ(path_of(replace_request(target(), all, config_map, {})),
            "/api/v1/namespaces/a/configmaps/demo?fieldManager=kplane-cpp");
  EXPECT_EQ(path_of(replace_request(target(), in_a, bare, {})),
            "/api/v1/namespaces/a/configmaps/demo?fieldManager=kplane-cpp");
  EXPECT_EQ(path_of(replace_request(target(), all, bare, {})), "/api/v1/configmaps/demo?fieldManager=kplane-cpp");
  EXPECT_NO_THROW((void)create_request(target(), in_a, config_map, {}));
  EXPECT_THROW((void)create_request(target(), in_b, config_map, {}), ConfigError);
  EXPECT_THROW((void)replace_request(target(), in_b, config_map, {}), ConfigError);
  EXPECT_THROW((void)apply_request(target(), in_b, config_map, {}), ConfigError);
  EXPECT_THROW((void)create_request(target(), all, R"({"metadata":{"name":"x","namespace":"../b"}})", {}), ConfigError);
}

// A server refuses a review that has a name.
TEST_F(ResourceRequest, ReviewIsCreatedWithoutAName) {
  const ResourcePath path = {"authorization.k8s.io/v1", "subjectaccessreviews"};
  const char* const review = R"({"kind":"SubjectAccessReview","spec":{"user":"bot"}})";
  EXPECT_EQ(path_of(create_request(target(), path, review, {})),
            "/apis/authorization.k8s.io/v1/subjectaccessreviews?fieldManager=kplane-cpp");
  EXPECT_THROW((void)replace_request(target(), path, review, {}), ConfigError);
}

TEST_F(ResourceRequest, TextThatIsNoNamedObjectIsRefusedWithoutBeingQuoted) {
  const ResourcePath path = {"v1", "configmaps", "a"};
  for (const char* text : {"", "[]", "1", "{", "secret", R"({"metadata":{}})", R"({"metadata":{"name":7}})"}) {
    EXPECT_THROW((void)create_request(target(), path, text, {}), ConfigError) << text;
    EXPECT_THROW((void)apply_request(target(), path, text, {}), ConfigError) << text;
  }
  try {
    (void)replace_request(target(), path, "secret", {});
    ADD_FAILURE();
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  }
}

TEST_F(ResourceRequest, ServerMayChooseTheNameOfWhatIsCreated) {
  const char* const generated = R"({"metadata":{"generateName":"demo-"}})";
  EXPECT_NO_THROW((void)create_request(target(), {"v1", "configmaps", "a"}, generated, {}));
  EXPECT_THROW((void)replace_request(target(), {"v1", "configmaps", "a"}, generated, {}), ConfigError);
}

TEST_F(ResourceRequest, CreateOnASubresourceGoesToItsObject) {
  EXPECT_EQ(path_of(create_request(target(), {"v1", "pods", "a", "eviction"}, R"({"metadata":{"name":"web"}})", {})),
            "/api/v1/namespaces/a/pods/web/eviction?fieldManager=kplane-cpp");
}

TEST_F(ResourceRequest, EachPatchHasItsType) {
  const auto type_of = [&](PatchType type) {
    PatchOptions options;
    options.force = true;
    const http::Request request = patch_request(target(), pods("a"), "x", type, "{}", options);
    EXPECT_EQ(request.method, "PATCH");
    EXPECT_FALSE(request.idempotent);
    EXPECT_EQ(request.url.find("force=true") != std::string::npos, type == PatchType::apply);
    return std::string(http::find_header(request.headers, "Content-Type").value_or(""));
  };
  EXPECT_EQ(type_of(PatchType::merge), "application/merge-patch+json");
  EXPECT_EQ(type_of(PatchType::json), "application/json-patch+json");
  EXPECT_EQ(type_of(PatchType::strategic), "application/strategic-merge-patch+json");
  EXPECT_EQ(type_of(PatchType::apply), "application/apply-patch+yaml");
}

TEST_F(ResourceRequest, ApplyMayBeSentTwice) {
  ApplyOptions options;
  options.force = true;
  const http::Request request = apply_request(target(), {"v1", "configmaps"}, config_map, options);
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(path_of(request), "/api/v1/namespaces/a/configmaps/demo?fieldManager=kplane-cpp&force=true");
  EXPECT_TRUE(request.idempotent);
  EXPECT_TRUE(replace_request(target(), {"v1", "configmaps"}, config_map, {}).idempotent);
  options.field_manager.clear();
  EXPECT_THROW((void)apply_request(target(), {"v1", "configmaps"}, config_map, options), ConfigError);
}

TEST_F(ResourceRequest, DeleteSaysWhatIsAskedForAndNothingElse) {
  EXPECT_EQ(remove_request(target(), pods("a"), "x", {}).body, R"({"apiVersion":"v1","kind":"DeleteOptions"})");
  DeleteOptions options;
  options.propagation = Propagation::foreground;
  options.grace_period = std::chrono::seconds{0};
  options.uid = "u";
  options.resource_version = "7";
  options.dry_run = true;
  const http::Request request = remove_request(target(), pods("a"), "x", options);
  EXPECT_EQ(request.method, "DELETE");
  EXPECT_EQ(path_of(request), "/api/v1/namespaces/a/pods/x");
  EXPECT_EQ(nlohmann::json::parse(request.body),
            (nlohmann::json{{"apiVersion", "v1"},
                            {"kind", "DeleteOptions"},
                            {"propagationPolicy", "Foreground"},
                            {"gracePeriodSeconds", 0},
                            {"preconditions", {{"uid", "u"}, {"resourceVersion", "7"}}},
                            {"dryRun", {"All"}}}));
  ListOptions which;
  which.label_selector = "app=web";
  EXPECT_EQ(path_of(remove_collection_request(target(), pods("a"), which, {})),
            "/api/v1/namespaces/a/pods?labelSelector=app%3Dweb");
}

}  // namespace
}  // namespace kplane::detail
