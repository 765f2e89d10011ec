#include "local_server/store/informers.hpp"

#include <utility>

namespace kplane::testing::server {

void Informers::start(const ResourceType& type) {
  if (type.custom) return;
  const std::lock_guard lock(mutex_);
  live_.insert(key_of(type));
}

void Informers::start_watched(const InitialObjects& initial) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(watching_, true)) return;
  for (const auto& object : initial.all()) live_.insert(key_of(object.type()));
  for (const auto& type : built_in_types()) {
    if (type.watched_from_start) live_.insert(key_of(type));
  }
}

Informers::View Informers::look(bool warm) {
  const std::lock_guard lock(mutex_);
  View view;
  view.read = reads_++;
  if (warm) {
    for (const auto& type : built_in_types()) {
      if (live_.insert(key_of(type)).second) view.starting.insert(key_of(type));
    }
  }
  view.live = live_;
  return view;
}

}  // namespace kplane::testing::server
