// LocalServer over HTTP: routing, credentials, formats, and requests that mean harm.
#include <chrono>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <kplane/openapi.hpp>

#include "paths.hpp"
#include "raw_http.hpp"

namespace {

using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using kplane::testing::StatePath;
using nlohmann::json;

constexpr const char kConfigMaps[] = "/clusters/a/control-plane/api/v1/namespaces/default/configmaps";
constexpr const char kNotFoundText[] = "404 page not found\n";

TEST(LocalServerRouting, KeepsPlanesApart) {
  LocalServer server;
  raw::Connection connection(server);
  ASSERT_EQ(connection.send("POST", kConfigMaps, R"({"metadata":{"name":"x"}})").status, 201);
  EXPECT_EQ(connection.get(std::string(kConfigMaps) + "/x").status, 200);
  EXPECT_EQ(connection.get("/clusters/b/control-plane/api/v1/namespaces/default/configmaps/x").status, 404);
  EXPECT_EQ(connection.get("/api/v1/namespaces/default/configmaps/x").status, 404);
}

TEST(LocalServerRouting, ReachesTheRootPlaneByBothPaths) {
  LocalServerOptions options;
  options.root_cluster = "main";
  LocalServer server(options);
  raw::Connection connection(server);
  const std::string fleet =
      R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"rl"},"spec":{"replicas":0}})";
  ASSERT_EQ(connection.send("POST", kFleets, fleet).status, 201);
  EXPECT_EQ(connection.get("/clusters/main/control-plane/apis/kplane.dev/v1/fleets/rl").status, 200);
  const auto elsewhere = connection.get("/clusters/root/control-plane/apis/kplane.dev/v1/fleets");
  EXPECT_EQ(elsewhere.status, 404);
  EXPECT_EQ(elsewhere.body, kNotFoundText);
}

TEST(LocalServerRouting, AnswersUnknownPathsInText) {
  LocalServer server;
  raw::Connection connection(server);
  for (const char* path : {"/nope", "/apis/nope.example.com/v1/things", "/clusters/a/control-plane/snapshot",
                           "/clusters", "/clusters/a"}) {
    const auto answer = connection.get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.body, kNotFoundText) << path;
    EXPECT_EQ(answer.headers.at("content-type"), "text/plain; charset=utf-8") << path;
  }
}

TEST(LocalServerRouting, AnswersUnknownTypesOfAServedGroupWithAStatus) {
  LocalServer server;
  raw::Connection connection(server);
  for (const char* path :
       {"/api/v1/foos", "/api/v1/pods/x", "/api/v1/namespaces/default/nodes", "/apis/apps/v1/foos"}) {
    const auto answer = connection.get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(json::parse(answer.body)["message"], "the server could not find the requested resource") << path;
  }
}

TEST(LocalServerRouting, RefusesClusterIdsOutsideThePattern) {
  LocalServer server;
  raw::Connection connection(server);
  for (const char* id : {"..", "%2e%2e", "a%2fb", "-a", "a%20b", "a%0a", "%00", "%ff", ""}) {
    EXPECT_EQ(connection.get("/clusters/" + std::string(id) + "/control-plane/state").status, 400) << id;
  }
}

TEST(LocalServerRouting, ServesStateWhereItsOptionSays) {
  LocalServerOptions options;
  options.state_path = StatePath::snapshot;
  LocalServer old_server(options);
  raw::Connection connection(old_server);
  EXPECT_EQ(connection.get("/clusters/a/control-plane/state").body, kNotFoundText);
  EXPECT_EQ(json::parse(connection.get("/clusters/a/control-plane/snapshot").body)["cluster"], "a");
}

TEST(LocalServerRouting, ServesFleetsOnceTheCrdIsThere) {
  LocalServerOptions options;
  options.crd_served = false;
  LocalServer server(options);
  raw::Connection connection(server);
  EXPECT_EQ(connection.get(kFleets).body, kNotFoundText);
  server.serve_crd();
  EXPECT_EQ(json::parse(connection.get(kFleets).body)["kind"], "FleetList");
}

TEST(LocalServerAnswers, CarryAnAuditIdAndNoCompression) {
  LocalServer server;
  raw::Connection connection(server);
  connection.with_header("Accept-Encoding: gzip, br");
  const auto first = connection.get("/clusters/a/control-plane/state");
  EXPECT_EQ(first.headers.at("audit-id").size(), 36U);
  EXPECT_EQ(first.headers.count("content-encoding"), 0U);
  EXPECT_EQ(first.headers.at("x-snapshot-cluster"), "a");
  EXPECT_NE(connection.get("/nope").headers.at("audit-id"), first.headers.at("audit-id"));
}

TEST(LocalServerAnswers, CarryTheTimeAtWhichTheyWereMade) {
  const auto whole_seconds = [] {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  };
  LocalServer server;
  const auto before = whole_seconds();
  const auto answer = raw::Connection(server).get("/version");
  std::tm parts{};
  std::istringstream text(answer.headers.at("date"));
  text.imbue(std::locale::classic());
  text >> std::get_time(&parts, "%a, %d %b %Y %H:%M:%S GMT");
  ASSERT_FALSE(text.fail()) << text.str();
  EXPECT_LE(before, ::timegm(&parts));
  EXPECT_LE(::timegm(&parts), whole_seconds());
}

TEST(LocalServerAnswers, AreIndentedForPeople) {
  LocalServer server;
  raw::Connection connection(server);
  connection.with_header("User-Agent: curl/8.0");
  EXPECT_EQ(connection.get("/api/v1/nodes").body.substr(0, 4), "{\n  ");
  EXPECT_EQ(connection.get("/clusters/a/control-plane/state").body.substr(0, 2), "{\"");
}

TEST(LocalServerAnswers, RefuseOtherMethodsOnPages) {
  LocalServer server;
  const auto answer = raw::Connection(server).send("POST", "/version", "{}");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(json::parse(answer.body)["message"], "the server does not allow this method on the requested resource");
}

TEST(LocalServerCredentials, AreNeededForEverythingThatIsNotPublic) {
  LocalServer server;
  raw::Connection anonymous(server);
  anonymous.without_token();
  EXPECT_EQ(anonymous.get("/readyz").body, "ok");
  EXPECT_EQ(anonymous.get("/openapi/kplane.yaml").status, 200);
  const auto fleets = anonymous.get(kFleets);
  EXPECT_EQ(fleets.status, 403);
  EXPECT_EQ(
      fleets.body,
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"fleets.kplane.dev is )"
      R"(forbidden: User \"system:anonymous\" cannot list resource \"fleets\" in API group \"kplane.dev\" at the )"
      R"(cluster scope","reason":"Forbidden","details":{"group":"kplane.dev","kind":"fleets"},"code":403})"
      "\n");
  const json pod = json::parse(anonymous.get("/api/v1/namespaces/default/pods/x/status").body);
  EXPECT_EQ(pod["message"],
            "pods \"x\" is forbidden: User \"system:anonymous\" cannot get resource \"pods/status\" in API group \"\" "
            "in the namespace \"default\"");
  EXPECT_EQ(pod["details"]["kind"], "pods");
  EXPECT_EQ(json::parse(anonymous.get("/clusters/a/control-plane/state").body)["message"],
            "forbidden: User \"system:anonymous\" cannot get path \"/state\"");
}

TEST(LocalServerCredentials, ThatAreWrongAreUnauthorized) {
  LocalServer server;
  raw::Connection connection(server);
  connection.with_token("wrong");
  const auto answer = connection.get(kFleets);
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body,
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":)"
            R"("Unauthorized","code":401})"
            "\n");
}

TEST(LocalServerCredentials, CanBeGoodInOnePlaneOnly) {
  LocalServer server;
  server.add_token("a", "mine");
  raw::Connection connection(server);
  connection.with_token("mine");
  EXPECT_EQ(connection.get("/clusters/a/control-plane/state").status, 200);
  EXPECT_EQ(connection.get("/clusters/b/control-plane/state").status, 401);
  server.revoke_token("mine");
  EXPECT_EQ(connection.get("/clusters/a/control-plane/state").status, 401);
}

TEST(LocalServerOpenApi, ServesTheEmbeddedDocument) {
  LocalServer server;
  raw::Connection connection(server);
  const auto yaml = connection.get("/openapi/kplane.yaml");
  EXPECT_EQ(yaml.body, kplane::openapi::spec_yaml());
  EXPECT_EQ(yaml.headers.at("content-type"), "application/yaml");
  EXPECT_EQ(connection.get("/openapi/kplane.json").body, kplane::openapi::spec_json());
  EXPECT_EQ(connection.get("/clusters/a/control-plane/openapi/kplane.yaml").status, 404);
}

TEST(LocalServerRest, TakesBodiesOfManyMegabytes) {
  LocalServer server;
  raw::Connection connection(server);
  const auto create = [&](const std::string& data) {
    return connection.send("POST", kConfigMaps, R"({"metadata":{"name":"x"},"data":{"k":")" + data + "\"}}").status;
  };
  EXPECT_EQ(create(std::string(std::size_t{16} << 20U, 'x')), 413) << "more than an API server reads";
  EXPECT_EQ(create(std::string(std::size_t{2} << 20U, 'x')), 422) << "read, but more than a ConfigMap may hold";
  const std::string data(std::size_t{1} << 20U, 'x');
  EXPECT_EQ(create(data), 201);
  EXPECT_GT(connection.get(std::string(kConfigMaps) + "/x").body.size(), data.size());
}

TEST(LocalServerRest, OutlivesHostileBodies) {
  LocalServer server;
  raw::Connection connection(server);
  ASSERT_EQ(connection.send("POST", kConfigMaps, R"({"metadata":{"name":"x"}})").status, 201);
  const std::string deep = std::string(1'000'000, '[');
  const std::vector<std::string> bodies = {deep,
                                           R"({"metadata":)" + deep,
                                           "{\"metadata\":{\"name\":\"\xff\xfe\"}}",
                                           R"({"metadata":{"name":"\ud800"}})",
                                           R"({"metadata":{"name":{}}})",
                                           R"({"metadata":{"name":"y","labels":[[]]}})",
                                           std::string("\0\0\0", 3),
                                           R"([{"op":"add","path":"/metadata/name/x","value":1}])",
                                           R"([{"op":"replace","path":"","value":[]}])",
                                           R"([{"op":"remove","path":"/metadata"}])"};
  const std::string object = std::string(kConfigMaps) + "/x";
  for (const auto& body : bodies) {
    for (const char* type : {"application/json", "application/merge-patch+json", "application/json-patch+json"}) {
      EXPECT_GE(connection.send("POST", kConfigMaps, body, type).status, 400);
      EXPECT_GE(connection.send("PUT", object, body, type).status, 400);
      EXPECT_GE(connection.send("PATCH", object, body, type).status, 400);
    }
    EXPECT_GE(connection.send("DELETE", object + "y", body).status, 400);
  }
  EXPECT_EQ(connection.get(object).status, 200);
}

TEST(LocalServerRest, OutlivesHostileTargets) {
  LocalServer server;
  raw::Connection connection(server);
  const std::string pods = "/api/v1/namespaces/default/pods/";
  for (const std::string& target : {pods + "%ff%fe", pods + "%0d%0aX-Evil:%201", pods + std::string(4000, 'a'),
                                    std::string("/") + std::string(7000, '/'), std::string("/%zz")}) {
    EXPECT_GE(connection.get(target).status, 400);
  }
  EXPECT_GE(connection.get("/" + std::string(100'000, 'a')).status, 400);
  EXPECT_EQ(raw::Connection(server).get("/readyz").status, 200);
}

TEST(LocalServerRest, OutlivesRequestsThatAreNoHttp) {
  LocalServer server;
  for (const std::string& bytes :
       {std::string("\r\n\r\n"), std::string("GET\r\n\r\n"), std::string(100'000, 'x'),
        std::string("GET / HTTP/1.1\r\n"), std::string("POST /api HTTP/1.1\r\nContent-Length: 99999\r\n\r\nshort"),
        std::string("POST /api HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")}) {
    static_cast<void>(raw::exchange_bytes(server, bytes));
  }
  EXPECT_EQ(raw::Connection(server).get("/readyz").status, 200);
}

}  // namespace
