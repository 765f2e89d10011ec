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

const std::vector<std::size_t>* InitialObjects::of_type(const ResourceType& type) const {
  const auto found = by_type_.find(storage_key_of(type));
  return found == by_type_.end() ? nullptr : &found->second;
}

std::optional<std::size_t> InitialObjects::find(const ResourceType& type, const ObjectName& name) const {
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

ObjectPtr UnwrittenObjects::find(const ResourceType& type, const ObjectName& name) const {
  const auto index = objects_ == nullptr ? std::nullopt : objects_->find(type, name);
  if (!index || is_hidden(*index)) return nullptr;
  return std::make_shared<const StoredObject>(objects_->all()[*index], origin_, *index);
}

void UnwrittenObjects::hide(const ResourceType& type, const ObjectName& name) {
  const auto index = objects_ == nullptr ? std::nullopt : objects_->find(type, name);
  if (!index) return;
  hidden_.resize(objects_->all().size());
  hidden_[*index] = true;
}

void UnwrittenObjects::visit(const ResourceType& type, const Visit& visit) const {
  const auto* indices = objects_ == nullptr ? nullptr : objects_->of_type(type);
  if (indices == nullptr) return;
  for (const std::size_t index : *indices) visit_one(index, visit);
}

void UnwrittenObjects::visit_all(const Visit& visit) const {
  if (objects_ == nullptr) return;
  for (std::size_t index = 0; index < objects_->all().size(); ++index) visit_one(index, visit);
}

void UnwrittenObjects::visit_one(std::size_t index, const Visit& visit) const {
  if (is_hidden(index)) return;
  const SharedObject& shared = objects_->all()[index];
  visit(shared.type(), shared.name(), std::make_shared<const StoredObject>(shared, origin_, index));
}

}  // namespace kplane::testing::server
