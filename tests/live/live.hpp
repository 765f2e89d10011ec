// What all live tests share: the server from the environment, names that no other run uses, and patience.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <kplane/json.hpp>
#include <kplane/kplane.hpp>

namespace kplane::live {

/// A real server may take this long for what a local one does at once.
inline constexpr std::chrono::seconds patience{100};

class LiveTest : public ::testing::Test {
 protected:
  /// Skips the test when the environment names no server.
  void SetUp() override;

  [[nodiscard]] const Client& client() const { return *client_; }

  /// A name that no other run and no other test uses, such as `live-3f9a-fleet`.
  [[nodiscard]] static std::string unique(std::string_view name);

  /// A plane of its own, ready, with its `default` namespace in the state: bootstrap is asynchronous.
  [[nodiscard]] Plane ready_plane(std::string_view name) const;

 private:
  std::optional<Client> client_;
};

/// Reads the state until it is as wanted: informers lag behind writes. @return the snapshot that was
/// @throws std::runtime_error when patience ends
Snapshot eventually(const Plane& plane, const StateOptions& options,
                    const std::function<bool(const Snapshot&)>& wanted);

/// The object of that name and type; nullopt when the snapshot has none.
std::optional<Object> find(const Snapshot& snapshot, std::string_view resource, std::string_view name);

/// Sends a JSON body to a plane.
Response send(const Plane& plane, const std::string& method, const std::string& path, const std::string& body,
              const std::string& content_type = "application/json");

/// A ConfigMap with one key, as JSON.
std::string config_map(const std::string& name, const std::string& mode);

/// The label, with its value, of all that made_object() gives.
inline constexpr const char* made_here = "made-by=live-tests";

/// The beginning of an object that RemovedAtEnd finds.
nlohmann::json made_object(const std::string& api_version, const std::string& kind, const std::string& name);

/// A labelled ConfigMap with one key.
nlohmann::json made_config_map(const std::string& name, const std::string& mode);

/// Removes the labelled objects of a resource when a test ends, however it ends: a plane of a real server stays.
class RemovedAtEnd {
 public:
  explicit RemovedAtEnd(Resource resource) : resource_(std::move(resource)) {}
  RemovedAtEnd(const RemovedAtEnd&) = delete;
  RemovedAtEnd& operator=(const RemovedAtEnd&) = delete;
  ~RemovedAtEnd();

  const Resource* operator->() const noexcept { return &resource_; }
  const Resource& operator*() const noexcept { return resource_; }

 private:
  Resource resource_;
};

/// What most tests write: every plane serves them.
inline Resource config_maps(const Plane& plane) { return plane.resource("v1", "configmaps").in("default"); }

/// Calls `fn` again as long as the plane does not know the type: types appear a moment after a plane, or a definition,
/// does, and admission may learn of them later still, and answers 403 or 503 until then.
template <class Function>
auto once_served(Function&& fn) -> decltype(fn()) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline) {
    try {
      return fn();
    } catch (const ApiError& error) {
      const bool may_be_too_early = error.status() == 403 || error.status() == 404 || error.status() == 503;
      if (!may_be_too_early) throw;
    }
  }
  return fn();
}

}  // namespace kplane::live
