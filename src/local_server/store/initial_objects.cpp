#include "local_server/store/initial_objects.hpp"

#include <algorithm>
#include <utility>

namespace kplane::testing::server {

InitialObjects::InitialObjects(std::vector<SharedObject> objects) : objects_(std::move(objects)) {
  for (std::size_t i = 0; i < objects_.size(); ++i) by_type_[storage_key_of(objects_[i].type())].push_back(i);
  for (auto& [type, indices] : by_type_) {
    std::sort(indices.begin(), indices.end(),
              [&](std::size_t a, std::size_t b) { return objects_[a].name() < objects_[b].name(); });
  }
}

const std::vector<std::size_t>* InitialObjects::of_type(const GroupResource& type) const {
  const auto found = by_type_.find(type);
  return found == by_type_.end() ? nullptr : &found->second;
}

std::optional<std::size_t> InitialObjects::find(const GroupResource& type, const ObjectName& name) const {
  const auto* indices = of_type(type);
  if (indices == nullptr) return std::nullopt;
  const auto found =
      std::lower_bound(indices->begin(), indices->end(), name,
                       [&](std::size_t index, const ObjectName& wanted) { return objects_[index].name() < wanted; });
  if (found == indices->end() || name < objects_[*found].name()) return std::nullopt;
  return *found;
}

void UnwrittenObjects::begin(const InitialObjects& objects, PlaneOrigin origin) {
  objects_ = &objects;
  origin_ = std::make_shared<const PlaneOrigin>(std::move(origin));
  hidden_.clear();
}

ObjectPtr UnwrittenObjects::find(const GroupResource& type, const ObjectName& name) const {
  const auto index = objects_ == nullptr ? std::nullopt : objects_->find(type, name);
  if (!index || is_hidden(*index)) return nullptr;
  return make(*index);
}

ObjectPtr UnwrittenObjects::make(std::size_t index) const {
  return std::make_shared<const StoredObject>(objects_->all()[index], origin_, index);
}

void UnwrittenObjects::hide(const GroupResource& type, const ObjectName& name) {
  const auto index = objects_ == nullptr ? std::nullopt : objects_->find(type, name);
  if (!index) return;
  hidden_.resize(objects_->all().size());
  hidden_[*index] = true;
}

}  // namespace kplane::testing::server
