// Drives every operation of the client that kplane adds to Kubernetes, and looks each request up in the document.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
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

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// Whether a path is one that the template stands for.
bool matches(const std::string& path, const std::string& pattern) {
  const auto have = split(path, '/');
  const auto want = split(pattern, '/');
  if (have.size() != want.size()) return false;
  for (std::size_t i = 0; i < have.size(); ++i) {
    if (want[i].substr(0, 1) == "{" ? have[i].empty() : have[i] != want[i]) return false;
  }
  return true;
}

/// What the client sent: "GET /path?query".
class Recorder {
 public:
  void record(const std::string& method, const std::string& target) {
    const std::lock_guard lock(mutex_);
    sent_.insert(method + ' ' + target);
  }
  [[nodiscard]] std::set<std::string> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> sent_;
};

/// The document's operation for a request; null when it has none.
json operation_for(const json& document, const std::string& method, const std::string& path) {
  std::string lower = method;
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  for (const auto& [pattern, operations] : document.at("paths").items()) {
    if (matches(path, pattern) && operations.contains(lower)) return operations.at(lower);
  }
  return nullptr;
}

bool takes_query(const json& operation, const std::string& name) {
  if (!operation.contains("parameters")) return false;
  for (const json& parameter : operation.at("parameters")) {
    if (parameter.value("in", "") == "query" && parameter.value("name", "") == name) return true;
  }
  return false;
}

/// What is Kubernetes' own below a plane's path, and the document's own paths, are not in it.
bool is_beyond_the_document(const std::string& path) {
  const auto parts = split(path, '/');
  const bool is_below_a_plane = parts.size() > 4 && parts.at(1) == "clusters";
  const bool is_kubernetes = is_below_a_plane && (parts.at(4) == "api" || parts.at(4) == "apis");
  return parts.back() == "readyz" || parts.at(1) == "openapi" || is_kubernetes;
}

void use_everything(const Client& client) {
  StateOptions options;
  options.resources = {"pods", "configmaps"};
  options.include_empty = true;
  options.warm = true;
  client.wait_until_ready(std::chrono::seconds{30});
  static_cast<void>(client.plane("otter").state(options));
  static_cast<void>(client.plane("otter").is_ready());
  FleetSpec spec;
  spec.replicas = 2;
  Fleet fleet = client.create_fleet("observed", spec);
  fleet.scale(3);
  WaitOptions wait;
  wait.probe_members = true;
  wait.timeout = std::chrono::seconds{30};
  fleet.wait_until_ready(wait);
  fleet.refresh();
  static_cast<void>(fleet.states(options));
  static_cast<void>(client.find_fleet("nowhere"));
  static_cast<void>(client.list_fleets());
  fleet.remove();
  static_cast<void>(client.server_openapi());
}

void expect_documented(const json& document, const std::string& request) {
  const auto words = split(request, ' ');
  const auto target = split(words.at(1), '?');
  if (is_beyond_the_document(target.at(0))) return;
  const json operation = operation_for(document, words.at(0), target.at(0));
  ASSERT_FALSE(operation.is_null()) << request;
  if (target.size() < 2) return;
  for (const std::string& parameter : split(target[1], '&')) {
    EXPECT_TRUE(takes_query(operation, split(parameter, '=').at(0))) << request << " " << parameter;
  }
}

/// Every request that reached a server while the client used everything it offers.
std::set<std::string> observe_everything() {
  LocalServer server;
  Recorder recorder;
  server.on_request([&](const std::string& method, const std::string& target) { recorder.record(method, target); });
  use_everything(server.client());
  server.stop();
  return recorder.sent();
}

TEST(ObservedRequests, AreAllInTheDocument) {
  const std::set<std::string> sent = observe_everything();
  EXPECT_GE(sent.size(), 10U);
  const json document = openapi::load_spec();
  for (const std::string& request : sent) expect_documented(document, request);
}

/// What the document says that clients do: all but the status, which is the controller's.
std::set<std::string> operations_for_clients(const json& document) {
  std::set<std::string> operations;
  for (const auto& [path, methods] : document.at("paths").items()) {
    if (split(path, '/').back() == "status") continue;
    for (const json& operation : methods) {
      if (operation.is_object() && operation.contains("operationId")) operations.insert(operation.at("operationId"));
    }
  }
  return operations;
}

TEST(ObservedRequests, CoverEveryOperationForClients) {
  const json document = openapi::load_spec();
  std::set<std::string> used;
  for (const std::string& request : observe_everything()) {
    const auto words = split(request, ' ');
    const json operation = operation_for(document, words.at(0), split(words.at(1), '?').at(0));
    if (!operation.is_null()) used.insert(operation.at("operationId"));
  }
  EXPECT_GE(used.size(), 6U);
  EXPECT_EQ(used, operations_for_clients(document));
}

}  // namespace
}  // namespace kplane
