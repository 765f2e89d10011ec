// What a log keeps of writes, and what a path says they were about.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "state/write_target.hpp"
#include "state/written_objects.hpp"

namespace kplane::detail {
namespace {

std::string described(std::string_view path) {
  const auto target = write_target(path);
  if (!target) return "nothing";
  return target->api_version + ' ' + target->plural + ' ' + target->ns + '/' + target->name + '/' + target->subresource;
}

TEST(WriteTarget, IsReadOffThePath) {
  EXPECT_EQ(described("/api/v1/namespaces/shop/pods/web"), "v1 pods shop/web/");
  EXPECT_EQ(described("/api/v1/namespaces/shop/pods"), "v1 pods shop//");
  EXPECT_EQ(described("/api/v1/pods"), "v1 pods //");
  EXPECT_EQ(described("/apis/apps/v1/namespaces/shop/deployments/web/scale"), "apps/v1 deployments shop/web/scale");
  EXPECT_EQ(described("/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode"),
            "rbac.authorization.k8s.io/v1 clusterroles /system:node/");
}

TEST(WriteTarget, TellsANamespaceFromWhatIsInIt) {
  EXPECT_EQ(described("/api/v1/namespaces"), "v1 namespaces //");
  EXPECT_EQ(described("/api/v1/namespaces/shop"), "v1 namespaces /shop/");
  EXPECT_EQ(described("/api/v1/namespaces/shop/finalize"), "v1 namespaces /shop/finalize");
  EXPECT_EQ(described("/api/v1/namespaces/shop/status"), "v1 namespaces /shop/status");
}

TEST(WriteTarget, OfAnotherPathIsNone) {
  for (const char* path : {"", "/", "api/v1/pods", "/readyz", "/api", "/api/v1", "/apis/apps/v1", "/state", "/api/"}) {
    EXPECT_EQ(described(path), "nothing") << path;
  }
}

WrittenObject written(Written how, std::string uid = {}, std::string version = {}) {
  WrittenObject object;
  object.api_version = "v1";
  object.plural = "pods";
  object.ns = "shop";
  object.name = "web";
  object.how = how;
  object.uid = std::move(uid);
  object.version = std::move(version);
  return object;
}

TEST(WrittenObjects, KeepTheLastWriteOfEachObject) {
  WrittenObjects objects;
  objects.note("a", written(Written::stored, "u", "1"));
  objects.note("a", written(Written::stored, "u", "2"));
  objects.note("b", written(Written::gone));
  EXPECT_EQ(objects.size(), 2U);
  ASSERT_EQ(objects.of("a").size(), 1U);
  EXPECT_EQ(objects.of("a")[0].version, "2");
  EXPECT_TRUE(objects.of("c").empty());
}

TEST(WrittenObjects, DoNotTakeALateAnswerForTheLastWrite) {
  WrittenObjects objects;
  objects.note("a", written(Written::stored, "u", "10"));
  objects.note("a", written(Written::stored, "u", "9"));
  EXPECT_EQ(objects.of("a")[0].version, "10");
  objects.note("a", written(Written::gone, "u"));
  EXPECT_EQ(objects.of("a")[0].version, "10") << "what is known of it stays known";
  objects.note("a", written(Written::stored, "u", "11"));
  EXPECT_EQ(objects.of("a")[0].how, Written::gone);
  objects.note("a", written(Written::stored, "v", "12"));
  EXPECT_EQ(objects.of("a")[0].how, Written::stored);
}

TEST(WrittenObjects, TakeWhatWasFoundOutUnlessThereWasAnotherWrite) {
  WrittenObjects objects;
  objects.note("a", written(Written::unknown));
  WrittenObject found = objects.of("a")[0];
  found.how = Written::gone;
  objects.resolve("a", found);
  EXPECT_EQ(objects.of("a")[0].how, Written::gone);
  objects.note("a", written(Written::stored, "u", "1"));
  objects.resolve("a", found);
  EXPECT_EQ(objects.of("a")[0].how, Written::stored);
}

TEST(WrittenObjects, TellTypesOfOneNameApartByGroup) {
  WrittenObjects objects;
  WrittenObject object = written(Written::stored, "u", "1");
  objects.note("a", object);
  object.api_version = "v2";
  objects.note("a", object);
  EXPECT_EQ(objects.size("a"), 1U) << "versions are forms of one type";
  object.api_version = "example.org/v1";
  objects.note("a", object);
  EXPECT_EQ(objects.size("a"), 2U);
  objects.clear("a");
  EXPECT_EQ(objects.size(), 0U);
}

}  // namespace
}  // namespace kplane::detail
