// Which paths, methods and media types an API server takes.
#include "local_server/rest/routes.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

struct Place {
  const char* ns;
  const char* name;
  const char* subresource;
};

int route(const ResourceType& type, const Place& place, const char* method) {
  ApiPath path{type.group, type.version, place.ns, type.resource, place.name, place.subresource};
  try {
    check_route(type, path, method);
    return 200;
  } catch (const StatusError& error) {
    return error.answer().status;
  }
}

int accepted(const char* accept) {
  try {
    check_accept(accept);
    return 200;
  } catch (const StatusError& error) {
    return error.answer().status;
  }
}

std::string timeout_problem(const char* timeout) {
  try {
    check_timeout({{"timeout", timeout}});
    return "";
  } catch (const StatusError& error) {
    return nlohmann::json::parse(error.answer().body)["message"];
  }
}

TEST(Routes, OfBuiltInTypesAreThoseThatDiscoveryLists) {
  const ResourceType& pods = *find_listed("", "v1", "pods");
  EXPECT_EQ(route(pods, {"default", "", ""}, "POST"), 200);
  EXPECT_EQ(route(pods, {"", "", ""}, "GET"), 200);
  EXPECT_EQ(route(pods, {"", "", ""}, "POST"), 405);
  EXPECT_EQ(route(pods, {"", "a", ""}, "GET"), 404);
  EXPECT_EQ(route(pods, {"default", "a", ""}, "POST"), 405);
  EXPECT_EQ(route(pods, {"default", "a", ""}, "OPTIONS"), 405);
  EXPECT_EQ(route(pods, {"default", "a", "log"}, "GET"), 200);
  EXPECT_EQ(route(pods, {"default", "a", "log"}, "PUT"), 405);
  EXPECT_EQ(route(pods, {"default", "a", "nope"}, "GET"), 404);
  const ResourceType& reviews = *find_listed("authentication.k8s.io", "v1", "tokenreviews");
  EXPECT_EQ(route(reviews, {"", "", ""}, "GET"), 405);
  EXPECT_EQ(route(reviews, {"", "a", ""}, "GET"), 404);
  EXPECT_EQ(route(*find_listed("", "v1", "bindings"), {"", "", ""}, "GET"), 404);
}

TEST(Routes, OfCustomTypesAreReadFromTheRequest) {
  const ResourceType& fleets = fleet_type();
  EXPECT_EQ(route(fleets, {"", "a", ""}, "POST"), 200);
  EXPECT_EQ(route(fleets, {"", "a", "status"}, "POST"), 405);
  EXPECT_EQ(route(fleets, {"", "a", "scale"}, "GET"), 404);
  EXPECT_EQ(route(fleets, {"", "", ""}, "PUT"), 400);
  EXPECT_EQ(route(fleets, {"default", "", ""}, "GET"), 404);
}

TEST(Routes, AnswerUnknownPathsByWhoseGroupTheyAre) {
  EXPECT_EQ(unknown_path({"api", "v2"}).content_type, kJsonType);
  EXPECT_EQ(unknown_path({"apis", "apps", "v9", "deployments"}).content_type, kJsonType);
  EXPECT_EQ(unknown_path({"apis", "nope.dev", "v1"}).content_type, kTextType);
  EXPECT_EQ(unknown_path({"foo"}).content_type, kTextType);
}

TEST(Routes, TakeClientsThatReadJson) {
  for (const char* accept : {"", "*/*", "text/html, */*;q=0.1", "application/json;as=Table;v=v1;g=meta.k8s.io"}) {
    EXPECT_EQ(accepted(accept), 200) << accept;
  }
  EXPECT_EQ(accepted("text/html"), 406);
  EXPECT_EQ(accepted("nonsense"), 406);
}

TEST(Routes, TakeTheDurationsOfGo) {
  for (const char* timeout : {"", "0", "1s", "1m30s", "-1.5h", "100ms", ".5s"}) {
    EXPECT_EQ(timeout_problem(timeout), "") << timeout;
  }
  const std::string start = "invalid timeout specified in the request URL - time: ";
  EXPECT_EQ(timeout_problem("soon"), start + R"(invalid duration "soon")");
  EXPECT_EQ(timeout_problem("."), start + R"(invalid duration ".")");
  EXPECT_EQ(timeout_problem("5"), start + R"(missing unit in duration "5")");
  EXPECT_EQ(timeout_problem("5d"), start + R"(unknown unit "d" in duration "5d")");
}

}  // namespace
}  // namespace kplane::testing::server
