// The embedded document: it is the file, LocalServer serves it, and it has all that the library uses.
#include <curl/curl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <kplane/json.hpp>
#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

namespace kplane {
namespace {

using nlohmann::json;
using testing::LocalServer;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct RawResponse {
  long status = 0;
  std::string content_type;
  std::string body;
};

std::size_t append(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

/// A plain GET: the paths of the whole server lie beyond what Plane::request() can ask for.
RawResponse get(const std::string& url) {
  RawResponse response;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), &curl_easy_cleanup);
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &response.body);
  EXPECT_EQ(curl_easy_perform(easy.get()), CURLE_OK);
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &response.status);
  const char* type = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &type);
  response.content_type = type == nullptr ? "" : type;
  return response;
}

/// A node of the document, with a reference followed.
const json& resolved(const json& document, const json& node) {
  if (!node.contains("$ref")) return node;
  return document.at(json::json_pointer(node.at("$ref").get<std::string>().substr(1)));
}

/// Whether the schema knows the field at a path such as `items[].metadata.name`.
bool has_field(const json& document, const std::string& schema, const std::string& path) {
  const json* at = &document.at("components").at("schemas").at(schema);
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    std::string name = path.substr(begin, end - begin);
    const bool is_array = name.size() > 2 && name.compare(name.size() - 2, 2, "[]") == 0;
    if (is_array) name.resize(name.size() - 2);
    if (!at->contains("properties") || !at->at("properties").contains(name)) return false;
    at = &resolved(document, at->at("properties").at(name));
    if (is_array) at = &resolved(document, at->at("items"));
    begin = end + 1;
  }
  return true;
}

TEST(OpenApi, EmbedsTheFileByteForByte) { EXPECT_EQ(openapi::spec_yaml(), read_file(KPLANE_OPENAPI_FILE)); }

TEST(OpenApi, SaysWhatItIs) {
  const json document = openapi::load_spec();
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  EXPECT_EQ(document.at("info").at("title"), "kplane API");
  EXPECT_EQ(document.at("info").at("version"), "0.1.0");
  EXPECT_EQ(document.at("info").at("license").at("identifier"), "Apache-2.0");
  EXPECT_EQ(document.at("components").at("securitySchemes").at("bearer").at("scheme"), "bearer");
}

TEST(OpenApi, HasEveryOperation) {
  const json document = openapi::load_spec();
  std::set<std::string> operations;
  for (const auto& path : document.at("paths")) {
    for (const auto& operation : path) {
      if (operation.is_object() && operation.contains("operationId")) operations.insert(operation.at("operationId"));
    }
  }
  EXPECT_EQ(operations, (std::set<std::string>{"getState", "listFleets", "createFleet", "getFleet", "patchFleet",
                                               "deleteFleet", "getFleetStatus", "patchFleetStatus"}));
}

// One line for each field that src/codec reads or writes.
TEST(OpenApi, HasEveryFieldThatTheLibraryUses) {
  const json document = openapi::load_spec();
  const std::vector<std::pair<std::string, std::string>> used = {
      {"Snapshot", "cluster"},
      {"Snapshot", "snapshotTime"},
      {"Snapshot", "liveResources"},
      {"Snapshot", "resources[].group"},
      {"Snapshot", "resources[].resource"},
      {"Snapshot", "resources[].synced"},
      {"Snapshot", "resources[].itemCount"},
      {"Snapshot", "resources[].items"},
      {"Fleet", "apiVersion"},
      {"Fleet", "kind"},
      {"Fleet", "metadata.name"},
      {"Fleet", "metadata.uid"},
      {"Fleet", "metadata.generation"},
      {"Fleet", "spec.replicas"},
      {"Fleet", "spec.namePrefix"},
      {"Fleet", "spec.names"},
      {"Fleet", "spec.ttlSeconds"},
      {"Fleet", "status.observedGeneration"},
      {"Fleet", "status.readyReplicas"},
      {"Fleet", "status.members[].clusterID"},
      {"Fleet", "status.members[].phase"},
      {"Fleet", "status.members[].message"},
      {"Fleet", "status.members[].lastTransitionTime"},
      {"FleetList", "items[].metadata.name"},
      {"FleetList", "metadata.continue"},
      {"Status", "kind"},
      {"Status", "reason"},
      {"Status", "message"},
      {"Status", "details.name"},
      {"Status", "details.group"},
      {"Status", "details.kind"},
      {"Status", "details.uid"},
      {"Status", "details.retryAfterSeconds"},
      {"Status", "details.causes[].reason"},
      {"Status", "details.causes[].message"},
      {"Status", "details.causes[].field"},
  };
  for (const auto& [schema, field] : used) EXPECT_TRUE(has_field(document, schema, field)) << schema << "." << field;
  EXPECT_FALSE(has_field(document, "Fleet", "spec.replica")) << "the check itself must be able to fail";
}

TEST(OpenApi, HasNoDanglingReference) {
  const json document = openapi::load_spec();
  const json flat = document.flatten();
  for (const auto& [at, value] : flat.items()) {
    if (at.size() < 5 || at.compare(at.size() - 5, 5, "/$ref") != 0) continue;
    EXPECT_TRUE(document.contains(json::json_pointer(value.get<std::string>().substr(1)))) << at << ": " << value;
  }
}

TEST(OpenApi, IsServedByLocalServerByteForByte) {
  const LocalServer server;
  EXPECT_EQ(server.client().server_openapi(), openapi::spec_yaml());
}

TEST(OpenApi, IsServedAsEqualJson) {
  const LocalServer server;
  const RawResponse response = get(server.base_url() + "/openapi/kplane.json");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(json::parse(response.body), openapi::load_spec());
}

TEST(OpenApi, NeedsNoCredential) {
  const LocalServer server;
  EXPECT_EQ(Client(server.base_url()).server_openapi(), openapi::spec_yaml());
  ClientOptions options;
  options.token = "unknown-to-the-server";
  EXPECT_EQ(Client(server.base_url(), options).server_openapi(), openapi::spec_yaml());
}

}  // namespace
}  // namespace kplane
