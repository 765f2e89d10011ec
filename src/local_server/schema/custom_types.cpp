#include "local_server/schema/custom_types.hpp"

#include <mutex>
#include <utility>

namespace kplane::testing::server {

void CustomTypes::serve(const std::string& definition, std::vector<ResourceType> versions) {
  const std::unique_lock lock(mutex_);
  auto& served = served_[definition];
  served.clear();
  for (auto& version : versions) {
    made_.push_back(std::move(version));
    served.push_back(&made_.back());
  }
}

std::vector<const ResourceType*> CustomTypes::retire(const std::string& definition) {
  const std::unique_lock lock(mutex_);
  const auto found = served_.find(definition);
  if (found == served_.end()) return {};
  std::vector<const ResourceType*> types = std::move(found->second);
  served_.erase(found);
  return types;
}

const ResourceType* CustomTypes::find(const std::string& group, const std::string& version,
                                      const std::string& resource) const {
  const std::shared_lock lock(mutex_);
  const auto found = served_.find(resource + "." + group);
  if (found == served_.end()) return nullptr;
  for (const auto* type : found->second) {
    if (type->version == version) return type;
  }
  return nullptr;
}

std::vector<const ResourceType*> CustomTypes::all() const {
  const std::shared_lock lock(mutex_);
  std::vector<const ResourceType*> types;
  for (const auto& [definition, versions] : served_) types.insert(types.end(), versions.begin(), versions.end());
  return types;
}

}  // namespace kplane::testing::server
