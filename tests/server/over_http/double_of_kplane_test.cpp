// What a server of many planes does otherwise than one of Kubernetes' own, and what odd requests get.
#include <chrono>
#include <csignal>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "paths.hpp"
#include "raw_http.hpp"

namespace {

using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using nlohmann::json;

constexpr const char kDefinition[] = R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
  "metadata":{"name":"ants.bugs.example.com"},"spec":{"group":"bugs.example.com","scope":"Cluster",
  "names":{"plural":"ants","kind":"Ant"},"versions":[{"name":"v1","served":true,"storage":true,
  "schema":{"openAPIV3Schema":{"type":"object"}}}]}})";
constexpr const char kPlaneA[] = "/clusters/a/control-plane";

/// What the server answers to these bytes, until it is silent.
std::string exchange_text(const LocalServer& server, const std::string& request) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char buffer[4096];
    for (ssize_t size = 1; size > 0;) {
      size = ::recv(fd, buffer, sizeof buffer, 0);
      if (size > 0) answer.append(buffer, static_cast<std::size_t>(size));
    }
  }
  ::close(fd);
  return answer;
}

std::string post_without_length(const LocalServer& server) {
  return "POST " + std::string(kMaps) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAuthorization: Bearer " +
         server.token() + "\r\nContent-Type: application/json\r\n\r\n";
}

TEST(LocalServerProcess, KeepsItsSigpipe) {
  struct sigaction before {};
  struct sigaction after {};
  ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &before), 0);
  {
    const LocalServer server;
    ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &after), 0);
    EXPECT_EQ(after.sa_handler, before.sa_handler);
  }
}

TEST(LocalServerBodies, WithoutALengthAreEmpty) {
  const LocalServer server;
  const std::string answer = exchange_text(server, post_without_length(server));
  EXPECT_EQ(answer.rfind("HTTP/1.1 400", 0), 0U) << answer;
}

TEST(LocalServerBodies, AreNotDecompressed) {
  const LocalServer server;
  raw::Connection connection(server);
  connection.with_header("Content-Encoding: gzip");
  EXPECT_EQ(connection.send("POST", kMaps, std::string("\x1f\x8b\x08\0\0\0", 6)).status, 400);
}

TEST(LocalServerBodies, OfFormsAreRefused) {
  const LocalServer server;
  raw::Connection connection(server);
  const std::string object = R"({"metadata":{"name":"x"}})";
  for (const char* type : {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"}) {
    EXPECT_EQ(connection.send("POST", kMaps, object, type).status, 415) << type;
  }
}

TEST(LocalServerOfManyPlanes, AnswersReadyAndRefusesWritesWhereTheIdIsNoLabel) {
  const LocalServer server;
  raw::Connection connection(server);
  EXPECT_EQ(connection.get("/clusters/a-/control-plane/readyz").status, 200);
  const auto refused = connection.send("POST", "/clusters/a-/control-plane/api/v1/namespaces",
                                       R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(connection.get("/clusters/a-/control-plane/api/v1/namespaces/default").status, 404);
}

TEST(LocalServerOfManyPlanes, WarmsAllPlanesByOneRead) {
  const LocalServer server;
  raw::Connection connection(server);
  const auto live = [&](const char* target) { return json::parse(connection.get(target).body)["liveResources"]; };
  const json cold = live("/clusters/b/control-plane/state");
  const json warm = live("/clusters/a/control-plane/state?warm=true");
  EXPECT_GT(warm, cold);
  EXPECT_EQ(live("/clusters/b/control-plane/state"), warm);
}

TEST(LocalServerOfManyPlanes, ListsTheGroupsOfTheRootPlaneWhereItIsTold) {
  for (const bool lists : {true, false}) {
    LocalServerOptions options;
    options.list_custom_groups = lists;
    const LocalServer server(options);
    raw::Connection connection(server);
    const std::string definitions = std::string(kPlaneA) + "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    ASSERT_EQ(connection.send("POST", definitions, kDefinition).status, 201);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    const std::string version = std::string(kPlaneA) + "/apis/bugs.example.com/v1";
    while (connection.get(version).status != 200 && std::chrono::steady_clock::now() < give_up) continue;
    const std::string groups = connection.get(std::string(kPlaneA) + "/apis").body;
    EXPECT_EQ(groups.find("bugs.example.com") != std::string::npos, lists);
    EXPECT_EQ(groups.find("\"kplane.dev\"") != std::string::npos, !lists) << "root's";
  }
}

TEST(LocalServerSeeds, MakeTheSameObjectsAgain) {
  const auto made = [](std::uint64_t seed) {
    LocalServerOptions options;
    options.seed = seed;
    const LocalServer server(options);
    raw::Connection connection(server);
    const json object = json::parse(connection.send("POST", kMaps, R"({"metadata":{"generateName":"m-"}})").body);
    return std::pair(object["metadata"]["name"], object["metadata"]["uid"]);
  };
  EXPECT_EQ(made(7), made(7));
  EXPECT_NE(made(7).first, made(8).first);
  EXPECT_NE(made(7).second, made(8).second);
}

}  // namespace
