// The run's identity is random: two runs against one server must not meet.
#include "live.hpp"

#include <cstdlib>
#include <random>
#include <stdexcept>

namespace kplane::live {

namespace {

std::string random_run() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> pick(0, digits.size() - 1);
  std::string run(8, '0');
  for (char& c : run) c = digits[pick(random)];
  return run;
}

}  // namespace

void LiveTest::SetUp() {
  const char* host = std::getenv("KPLANE_HOST");
  if (host == nullptr || *host == '\0') GTEST_SKIP() << "KPLANE_HOST is not set: there is no server to test against";
  client_ = Client::from_env();
  client_->wait_until_ready(patience);
}

std::string LiveTest::unique(std::string_view name) {
  static const std::string run = random_run();
  return "live-" + run + "-" + std::string(name);
}

Plane LiveTest::ready_plane(std::string_view name) const {
  Plane plane = client().plane(unique(name));
  plane.wait_until_ready(patience);
  StateOptions namespaces;
  namespaces.resources = {"namespaces"};
  namespaces.warm = true;
  eventually(plane, namespaces,
             [](const Snapshot& snapshot) { return find(snapshot, "namespaces", "default").has_value(); });
  return plane;
}

Snapshot eventually(const Plane& plane, const StateOptions& options,
                    const std::function<bool(const Snapshot&)>& wanted) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  do {
    Snapshot snapshot = plane.state(options);
    if (wanted(snapshot)) return snapshot;
  } while (std::chrono::steady_clock::now() < deadline);
  throw std::runtime_error("the state of " + plane.cluster() + " did not become what was wanted");
}

std::optional<Object> find(const Snapshot& snapshot, std::string_view resource, std::string_view name) {
  const SnapshotResource* found = snapshot.by_resource(resource);
  if (found == nullptr) return std::nullopt;
  for (const Object& item : found->items) {
    if (item.name() == name) return item;
  }
  return std::nullopt;
}

Response send(const Plane& plane, const std::string& method, const std::string& path, const std::string& body,
              const std::string& content_type) {
  Request request;
  request.method = method;
  request.path = path;
  request.body = body;
  request.content_type = content_type;
  return plane.request(request);
}

std::string config_map(const std::string& name, const std::string& mode) {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("},"data":{"mode":")" + mode +
         R"("}})";
}

nlohmann::json made_object(const std::string& api_version, const std::string& kind, const std::string& name) {
  return {{"apiVersion", api_version},
          {"kind", kind},
          {"metadata", {{"name", name}, {"labels", {{"made-by", "live-tests"}}}}}};
}

nlohmann::json made_config_map(const std::string& name, const std::string& mode) {
  nlohmann::json object = made_object("v1", "ConfigMap", name);
  object["data"] = {{"mode", mode}};
  return object;
}

RemovedAtEnd::~RemovedAtEnd() {
  ListOptions which;
  which.label_selector = made_here;
  try {
    resource_.remove_collection(which);
  } catch (const std::exception& error) {
    ADD_FAILURE() << "the " << resource_.plural() << " of this test stay behind: " << error.what();
  }
}

}  // namespace kplane::live
