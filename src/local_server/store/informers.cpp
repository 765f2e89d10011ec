#include "local_server/store/informers.hpp"

#include <utility>
#include <vector>

namespace kplane::testing::server {

void Informers::start(const ResourceType& type) {
  if (type.custom) return;
  const std::lock_guard lock(mutex_);
  if (live_->count(key_of(type)) == 0) add_locked({&type});
}

void Informers::start_watched(const InitialObjects& initial) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(watching_, true)) return;
  std::vector<const ResourceType*> types;
  for (const auto& object : initial.all()) types.push_back(&object.type());
  for (const auto& type : built_in_types()) {
    if (type.watched_from_start) types.push_back(&type);
  }
  add_locked(types);
}

Informers::View Informers::look(bool warm) {
  const std::lock_guard lock(mutex_);
  View view;
  view.read = reads_++;
  if (warm && live_->size() < built_in_types().size()) {
    std::vector<const ResourceType*> types;
    for (const auto& type : built_in_types()) types.push_back(&type);
    view.starting = add_locked(types);
  }
  view.live = live_;
  return view;
}

std::set<GroupResource> Informers::add_locked(const std::vector<const ResourceType*>& types) {
  std::set<GroupResource> added;
  auto live = std::make_shared<Live>(*live_);
  for (const auto* type : types) {
    if (live->emplace(key_of(*type), find_built_in(type->group, type->resource)).second) added.insert(key_of(*type));
  }
  live_ = std::move(live);
  return added;
}

}  // namespace kplane::testing::server
