// Answers are compared by content, whichever plane they are from.
#include "session/discovery_cache.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace kplane::detail {

namespace {

constexpr std::size_t most_answers = 65'536;
constexpr std::size_t most_bytes = std::size_t{16} << 20;

std::string key_of(std::string_view cluster, std::string_view api_version) {
  return std::string(cluster) + ' ' + std::string(api_version);  // an ID contains no space
}

std::size_t hash_of(const ApiTypes& types) noexcept {
  std::size_t hash = types.size();
  for (const codec::ApiResource& type : types) {
    hash = hash * 31 + std::hash<std::string>()(type.kind);
    hash = hash * 31 + std::hash<std::string>()(type.plural);
  }
  return hash;
}

std::size_t bytes_of(const ApiTypes& types) noexcept {
  std::size_t bytes = sizeof(ApiTypes);
  for (const codec::ApiResource& type : types) bytes += sizeof type + type.kind.size() + type.plural.size();
  return bytes;
}

}  // namespace

std::shared_ptr<const ApiTypes> DiscoveryCache::find(std::string_view cluster, std::string_view api_version) const {
  const std::string key = key_of(cluster, api_version);
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  return found == known_.end() ? nullptr : found->second;
}

std::shared_ptr<const ApiTypes> DiscoveryCache::remember(std::string_view cluster, std::string_view api_version,
                                                         ApiTypes types) {
  if (bytes_of(types) > most_bytes) return std::make_shared<const ApiTypes>(std::move(types));
  std::string key = key_of(cluster, api_version);
  const std::lock_guard lock(mutex_);
  if (known_.size() >= most_answers) clear();
  std::shared_ptr<const ApiTypes> shared = share(std::move(types));
  known_[std::move(key)] = shared;
  return shared;
}

void DiscoveryCache::forget(std::string_view cluster, std::string_view api_version) {
  const std::string key = key_of(cluster, api_version);
  const std::lock_guard lock(mutex_);
  known_.erase(key);
}

std::size_t DiscoveryCache::size() const {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

std::size_t DiscoveryCache::distinct() const {
  const std::lock_guard lock(mutex_);
  return contents_.size();
}

std::shared_ptr<const ApiTypes> DiscoveryCache::share(ApiTypes types) {
  const std::size_t hash = hash_of(types);
  const auto [begin, end] = contents_.equal_range(hash);
  const auto same = std::find_if(begin, end, [&](const auto& entry) { return *entry.second == types; });
  if (same != end) return same->second;
  const std::size_t bytes = bytes_of(types);
  if (bytes > most_bytes - bytes_) clear();
  auto shared = std::make_shared<const ApiTypes>(std::move(types));
  contents_.emplace(hash, shared);
  bytes_ += bytes;
  return shared;
}

void DiscoveryCache::clear() {
  known_.clear();
  contents_.clear();
  bytes_ = 0;
}

const codec::ApiResource* find_kind(const ApiTypes& types, std::string_view kind) noexcept {
  const auto found = std::find_if(types.begin(), types.end(), [&](const auto& type) { return type.kind == kind; });
  return found == types.end() ? nullptr : &*found;
}

}  // namespace kplane::detail
