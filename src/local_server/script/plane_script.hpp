// Scripted behaviour of planes, by ID; a plane need not exist yet.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace kplane::testing::server {

struct ScriptedPhase {
  std::string phase{};
  std::string message{};
};

/// Thread safety: every member may be called from any thread.
class PlaneScript {
 public:
  /// An empty message clears it.
  void set_unready(std::string_view cluster, std::string message);
  [[nodiscard]] std::string unready_message(const std::string& cluster) const;

  /// An empty phase clears it.
  void set_phase(std::string_view cluster, ScriptedPhase phase);
  [[nodiscard]] std::optional<ScriptedPhase> phase(const std::string& cluster) const;

  void set_synced(std::string_view cluster, std::string_view resource, bool synced);
  /// The plural names of the resources that a plane reports as not synced.
  [[nodiscard]] std::set<std::string> unsynced(const std::string& cluster) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> unready_;
  std::map<std::string, ScriptedPhase> phases_;
  std::map<std::string, std::set<std::string>> unsynced_;
};

}  // namespace kplane::testing::server
