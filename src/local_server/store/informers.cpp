#include "local_server/store/informers.hpp"

namespace kplane::testing::server {

void Informers::start(const ResourceType& type) {
  if (type.custom) return;
  const std::lock_guard lock(mutex_);
  live_.insert(key_of(type));
}

void Informers::start_watched() {
  const std::lock_guard lock(mutex_);
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
