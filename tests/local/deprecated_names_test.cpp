// Public names that were renamed work under both names for one minor version.
#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include <gtest/gtest.h>

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#endif

namespace kplane::tests {
namespace {

TEST(DeprecatedNames, WatchEndByFunctionIsCallback) {
  static_assert(WatchEnd::by_function == WatchEnd::callback);
  EXPECT_NE(WatchEnd::callback, WatchEnd::timeout);
  EXPECT_NE(WatchEnd::callback, WatchEnd::stopped);
}

TEST(DeprecatedNames, RemoveAllIsRemoveCollection) {
  const testing::LocalServer server;
  const Resource maps = server.client().plane("a").resource("v1", "configmaps").in("default");
  const ListOptions made_here{"made=here", {}, 500, {}, {}};
  const auto create = [&] {
    maps.create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"demo","labels":{"made":"here"}}})");
  };
  create();
  maps.remove_collection(made_here);
  EXPECT_FALSE(maps.find("demo"));
  create();
  maps.remove_all(made_here);
  EXPECT_FALSE(maps.find("demo"));
}

}  // namespace
}  // namespace kplane::tests
