// Reading what a plane serves, and remembering it for many planes.
#include "session/discovery_cache.hpp"

#include <gtest/gtest.h>

#include <string>

#include <kplane/error.hpp>

#include "codec/api_resources.hpp"
#include "support/documents.hpp"

namespace kplane::detail {
namespace {

using tests::make_document;

ApiTypes decode(std::string_view text) { return codec::decode_api_resources(make_document(text)); }

TEST(ApiResources, KindsAreReadAndSubresourcesAreNot) {
  const ApiTypes types = decode(R"({"kind":"APIResourceList","groupVersion":"v1","resources":[
      {"name":"namespaces","singularName":"namespace","namespaced":false,"kind":"Namespace","verbs":["get"]},
      {"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get"],"shortNames":["po"]},
      {"name":"pods/eviction","namespaced":true,"group":"policy","version":"v1","kind":"Eviction"},
      {"name":"","kind":"Nameless"},{"name":"kindless"}]})");
  ASSERT_EQ(types.size(), 2U);
  ASSERT_NE(find_kind(types, "Pod"), nullptr);
  EXPECT_EQ(find_kind(types, "Pod")->plural, "pods");
  EXPECT_TRUE(find_kind(types, "Pod")->namespaced);
  EXPECT_FALSE(find_kind(types, "Namespace")->namespaced);
  EXPECT_EQ(find_kind(types, "Eviction"), nullptr);
}

TEST(ApiResources, GroupVersionMayServeNothing) {
  EXPECT_TRUE(decode(R"({"resources":[]})").empty());
  EXPECT_TRUE(decode(R"({"resources":null})").empty());
}

TEST(ApiResources, OtherBodiesAreRefused) {
  for (const char* text :
       {"", "<html>", "[]", "{}", R"({"resources":{}})", R"({"resources":[1]})", R"({"resources":[)"}) {
    EXPECT_THROW((void)decode(text), DecodeError) << text;
  }
}

ApiTypes types_of(const std::string& kind) { return {{kind, "things", true}}; }

TEST(DiscoveryCache, RemembersByPlaneAndGroupVersion) {
  DiscoveryCache cache;
  EXPECT_EQ(cache.find("a", "v1"), nullptr);
  cache.remember("a", "v1", types_of("Thing"));
  ASSERT_NE(cache.find("a", "v1"), nullptr);
  EXPECT_NE(find_kind(*cache.find("a", "v1"), "Thing"), nullptr);
  EXPECT_EQ(cache.find("a", "apps/v1"), nullptr);
  EXPECT_EQ(cache.find("b", "v1"), nullptr);
  cache.forget("a", "v1");
  EXPECT_EQ(cache.find("a", "v1"), nullptr);
}

TEST(DiscoveryCache, EqualAnswersOfPlanesShareMemory) {
  DiscoveryCache cache;
  for (int i = 0; i < 1000; ++i) cache.remember("p" + std::to_string(i), "v1", types_of("Thing"));
  cache.remember("other", "v1", types_of("Other"));
  EXPECT_EQ(cache.size(), 1001U);
  EXPECT_EQ(cache.distinct(), 2U);
  EXPECT_EQ(cache.find("p1", "v1"), cache.find("p999", "v1"));
  EXPECT_NE(cache.find("p1", "v1"), cache.find("other", "v1"));
}

TEST(DiscoveryCache, NumberOfAnswersIsBounded) {
  DiscoveryCache cache;
  for (int i = 0; i < 70'000; ++i) cache.remember("p" + std::to_string(i), "v1", types_of("Thing"));
  EXPECT_LE(cache.size(), 65'536U);
  EXPECT_NE(cache.find("p69999", "v1"), nullptr);
}

TEST(DiscoveryCache, MemoryOfDifferentAnswersIsBounded) {
  DiscoveryCache cache;
  const std::string large(1 << 20, 'x');
  for (int i = 0; i < 40; ++i) cache.remember("p", "g" + std::to_string(i), types_of(large + std::to_string(i)));
  EXPECT_LE(cache.distinct(), 16U);
  EXPECT_NE(cache.find("p", "g39"), nullptr);
  cache.remember("p", "huge", types_of(std::string(17 << 20, 'x')));
  EXPECT_EQ(cache.find("p", "huge"), nullptr);
}

}  // namespace
}  // namespace kplane::detail
