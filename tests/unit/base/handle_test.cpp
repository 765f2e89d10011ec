// What is left of what was moved from, and what elements of a temporary Vector are: see <kplane/handle.hpp> and
// <kplane/vector.hpp>.
#include <kplane/handle.hpp>
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/documents.hpp"

namespace kplane {
namespace {

template <class... Types>
constexpr bool move_cannot_fail = (std::is_nothrow_move_constructible_v<Types> && ...) &&
                                  (std::is_nothrow_move_assignable_v<Types> && ...);
static_assert(move_cannot_fail<Client, Plane, Resource, Object, ObjectList, Response, StateResult, StopToken>);
static_assert(move_cannot_fail<StopSource, ManifestResults, AgentKubeconfig, ScopedAgentKubeconfig>);

template <class Container>
using ElementOfTemporary = decltype(std::declval<Container>()[0]);
static_assert(std::is_same_v<ElementOfTemporary<Vector<StateResult>>, StateResult>);
static_assert(std::is_same_v<ElementOfTemporary<Manifests>, Manifest>);
static_assert(std::is_same_v<ElementOfTemporary<ManifestResults>, ManifestResult>);
static_assert(std::is_same_v<decltype(std::declval<Plane>().state().resources[0].items[0].name()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<Fleet>().planes()[0].cluster()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<Resource>().list().all().front().name()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<Object>().elements("").at(0).raw()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<Plane>().resource("", "").plural()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<Resource>().list().resource_version()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<ApiError>().reason()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<const ApiError&>().reason()), const std::string&>);
static_assert(std::is_same_v<decltype(std::declval<ManifestResults>().plane()), Plane>);

// NOLINTBEGIN(bugprone-use-after-move): that is what this is about

TEST(MovedFrom, HandleIsWhole) {
  Client client("http://127.0.0.1:1");
  const Client moved_client = std::move(client);
  Plane plane = client.plane("alpha");
  const Plane moved_plane = std::move(plane);
  EXPECT_EQ(plane.cluster(), moved_plane.cluster());
  Resource pods = plane.resource("v1", "pods").in("default");
  const Resource moved_pods = std::move(pods);
  EXPECT_EQ(pods.plural(), "pods");
  EXPECT_EQ(pods.ns(), moved_pods.ns());
  plane = std::move(moved_plane);
  EXPECT_EQ(plane.base_url(), moved_client.cluster_base_url("alpha"));
}

TEST(MovedFrom, ObjectIsWhole) {
  Object object = tests::make_object(R"({"metadata":{"name":"a-name-that-no-small-string-holds"}})");
  std::vector<Object> kept;
  kept.push_back(std::move(object));
  EXPECT_EQ(object.name(), "a-name-that-no-small-string-holds");
  EXPECT_EQ(object.raw(), kept[0].raw());
}

TEST(MovedFrom, StopTokenStillStops) {
  StopSource source;
  StopToken token = source.token();
  const StopToken moved_token = std::move(token);
  StopSource moved_source = std::move(source);
  EXPECT_TRUE(token.stop_possible());
  source.request_stop();
  EXPECT_TRUE(token.stop_requested());
  EXPECT_TRUE(moved_token.stop_requested());
  EXPECT_TRUE(moved_source.stop_requested());
}

TEST(MovedFrom, ErrorIsWhole) {
  ApiError::Info info;
  info.reason = "Forbidden";
  Forbidden error(info);
  const Forbidden moved = std::move(error);
  EXPECT_EQ(error.reason(), moved.reason());
  FleetError fleet_error("no", {{"alpha", "Failed", "no"}});
  const FleetError moved_fleet_error = std::move(fleet_error);
  EXPECT_EQ(fleet_error.members().size(), moved_fleet_error.members().size());
  ManifestError manifest_error("pods.yaml", 1, 2, 3, "no");
  const ManifestError moved_manifest_error = std::move(manifest_error);
  EXPECT_EQ(manifest_error.file(), moved_manifest_error.file());
}

TEST(MovedFrom, ManifestResultsDoNotTurnIntoASuccess) {
  ManifestResult failed;
  failed.manifest.name = "web";
  ManifestResults results(Client("http://127.0.0.1:1").plane("alpha"), {failed});
  const ManifestResults moved = std::move(results);
  EXPECT_FALSE(results);
  EXPECT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].manifest.name, moved[0].manifest.name);
  EXPECT_EQ(results.plane().cluster(), "alpha");
}

TEST(MovedFrom, SnapshotIsEmpty) {
  Snapshot snapshot;
  snapshot.resources.push_back({"", "pods", true, 0, {}});
  const Snapshot moved = std::move(snapshot);
  EXPECT_EQ(snapshot.by_resource("pods"), nullptr);
  EXPECT_EQ(snapshot.raw(), "");
  EXPECT_NE(moved.by_resource("pods"), nullptr);
}

// NOLINTEND(bugprone-use-after-move)

TEST(Vector, IsAStdVectorToAllOtherCode) {
  const Object object = tests::make_object(R"({"all":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]})");
  const std::vector<Object> as_vector = object.elements("/all");
  Vector<Object> all = as_vector;
  all[1] = all.front();
  EXPECT_EQ(all.back().name(), "a");
  EXPECT_EQ(as_vector[1].name(), "b");
  std::string names;
  for (const Object& element : object.elements("/all")) names += element.name();
  EXPECT_EQ(names, "ab");
  EXPECT_THROW((void)object.elements("/all").at(2), std::out_of_range);
}

TEST(Vector, GivesValuesOfATemporary) {
  const auto make = [] { return tests::make_object(R"({"all":["a value that no small string holds"]})"); };
  const std::string raw = make().elements("/all")[0].raw();
  EXPECT_EQ(raw, R"("a value that no small string holds")");
  EXPECT_EQ(make().elements("/all").back().get<std::string>(""), "a value that no small string holds");
}

TEST(Manifests, AreBuiltInOneExpression) {
  const Manifests set = Manifests()
                            .add(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})")
                            .append(Manifests::from_yaml("{apiVersion: v1, kind: Namespace, metadata: {name: b}}"));
  EXPECT_EQ(set.size(), 2U);
}

}  // namespace
}  // namespace kplane
