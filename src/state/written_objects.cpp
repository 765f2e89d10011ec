#include "state/written_objects.hpp"

#include <utility>

#include <kplane/resource_version.hpp>

#include "resource/resource_path.hpp"

namespace kplane {

namespace detail {

namespace {

std::string key_of(const WrittenObject& written) {
  std::string key(api_group_of(written.api_version));
  for (const std::string& part : {written.plural, written.ns, written.name}) (key += '/') += part;
  return key;
}

/// Answers to concurrent writes may arrive in a different order than the writes.
bool is_late(const WrittenObject& written, const WrittenObject& known) {
  if (written.how == Written::unknown || written.uid.empty() || written.uid != known.uid) return false;
  if (known.how == Written::gone) return true;
  return compare_resource_versions(written.version, known.version) == VersionOrder::older;
}

}  // namespace

void WrittenObjects::note(std::string_view cluster, WrittenObject written) {
  std::string key = key_of(written);
  const std::lock_guard lock(mutex_);
  auto plane = planes_.find(cluster);
  if (plane == planes_.end()) plane = planes_.emplace(cluster, Objects()).first;
  written.serial = ++serial_;
  const auto [known, is_new] = plane->second.try_emplace(std::move(key), written);
  if (is_new || is_late(written, known->second)) return;
  if (written.version.empty()) written.version = std::move(known->second.version);
  known->second = std::move(written);
}

void WrittenObjects::resolve(std::string_view cluster, const WrittenObject& found) {
  const std::lock_guard lock(mutex_);
  const auto plane = planes_.find(cluster);
  if (plane == planes_.end()) return;
  const auto known = plane->second.find(key_of(found));
  if (known != plane->second.end() && known->second.serial == found.serial) known->second = found;
}

std::vector<WrittenObject> WrittenObjects::of(std::string_view cluster) const {
  std::vector<WrittenObject> objects;
  const std::lock_guard lock(mutex_);
  const auto plane = planes_.find(cluster);
  if (plane == planes_.end()) return objects;
  objects.reserve(plane->second.size());
  for (const auto& [key, object] : plane->second) objects.push_back(object);
  return objects;
}

std::size_t WrittenObjects::size() const noexcept {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& [cluster, objects] : planes_) count += objects.size();
  return count;
}

std::size_t WrittenObjects::size(std::string_view cluster) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto plane = planes_.find(cluster);
  return plane == planes_.end() ? 0 : plane->second.size();
}

void WrittenObjects::clear() noexcept {
  const std::lock_guard lock(mutex_);
  planes_.clear();
}

void WrittenObjects::clear(std::string_view cluster) noexcept {
  const std::lock_guard lock(mutex_);
  const auto plane = planes_.find(cluster);
  if (plane != planes_.end()) planes_.erase(plane);
}

}  // namespace detail

WriteLog::WriteLog() : objects_(std::make_shared<detail::WrittenObjects>()) {}
std::size_t WriteLog::size() const noexcept { return objects_->size(); }
std::size_t WriteLog::size(std::string_view cluster) const noexcept { return objects_->size(cluster); }
void WriteLog::clear() noexcept { objects_->clear(); }
void WriteLog::clear(std::string_view cluster) noexcept { objects_->clear(cluster); }

}  // namespace kplane
