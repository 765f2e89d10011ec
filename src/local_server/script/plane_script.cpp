#include "local_server/script/plane_script.hpp"

namespace kplane::testing::server {

void PlaneScript::set_unready(std::string_view cluster, std::string message) {
  const std::lock_guard lock(mutex_);
  if (message.empty()) {
    unready_.erase(std::string(cluster));
  } else {
    unready_[std::string(cluster)] = std::move(message);
  }
}

std::string PlaneScript::unready_message(const std::string& cluster) const {
  const std::lock_guard lock(mutex_);
  const auto found = unready_.find(cluster);
  return found == unready_.end() ? std::string{} : found->second;
}

void PlaneScript::set_phase(std::string_view cluster, ScriptedPhase phase) {
  const std::lock_guard lock(mutex_);
  if (phase.phase.empty()) {
    phases_.erase(std::string(cluster));
  } else {
    phases_[std::string(cluster)] = std::move(phase);
  }
}

std::optional<ScriptedPhase> PlaneScript::phase(const std::string& cluster) const {
  const std::lock_guard lock(mutex_);
  const auto found = phases_.find(cluster);
  if (found == phases_.end()) return std::nullopt;
  return found->second;
}

void PlaneScript::set_synced(std::string_view cluster, std::string_view resource, bool synced) {
  const std::lock_guard lock(mutex_);
  auto& resources = unsynced_[std::string(cluster)];
  if (synced) {
    resources.erase(std::string(resource));
  } else {
    resources.insert(std::string(resource));
  }
}

std::set<std::string> PlaneScript::unsynced(const std::string& cluster) const {
  const std::lock_guard lock(mutex_);
  const auto found = unsynced_.find(cluster);
  return found == unsynced_.end() ? std::set<std::string>{} : found->second;
}

}  // namespace kplane::testing::server
