#include "local_server/store/planes.hpp"

#include "local_server/store/bootstrap.hpp"
#include "local_server/types/formats.hpp"

namespace kplane::testing::server {

Plane::Plane(std::string cluster, const PlanesOptions& options, Observer observer, Informers& informers)
    : cluster_(std::move(cluster)),
      options_(options),
      bootstrap_at_(Clock::now() + options.bootstrap_delay),
      informers_(informers),
      store_({options.watch_history, options.cluster_label ? cluster_ : std::string{},
              Identifiers(options.seed, cluster_), options.state_lag}) {
  store_.set_observer([this, observer = std::move(observer)](const Change& change) {
    informers_.start(change.type);
    if (observer) observer(*this, change);
  });
}

bool Plane::bootstrap_if_due(Clock::time_point now) {
  if (now < bootstrap_at_) return false;
  std::call_once(bootstrapped_, [this] {
    // The label that every object gets would be rejected, and so is the object.
    const InitialObjects& objects = system_objects(options_.aggregate_roles, options_.cluster_label);
    if (label_value_problem(store_.cluster()).empty()) store_.begin_with(objects);
    informers_.start_watched(objects);
  });
  return true;
}

Plane& Planes::at(const std::string& cluster) {
  Plane& plane = find_or_make(cluster);
  plane.bootstrap_if_due(Clock::now());
  return plane;
}

std::size_t Planes::size() const {
  const std::shared_lock lock(mutex_);
  return planes_.size();
}

void Planes::cut_watches() const {
  const std::shared_lock lock(mutex_);
  for (const auto& [cluster, plane] : planes_) plane->store().watch_hub().cut();
}

std::size_t Planes::watch_count() const {
  const std::shared_lock lock(mutex_);
  std::size_t count = 0;
  for (const auto& [cluster, plane] : planes_) count += plane->store().watch_hub().subscription_count();
  return count;
}

Plane::Observer Planes::observer_of(const std::string& cluster) const {
  if (cluster != options_.root_cluster || !root_observer_) return observer_;
  return [root = root_observer_, all = observer_](Plane& plane, const Change& change) {
    root(change);
    if (all) all(plane, change);
  };
}

Plane& Planes::find_or_make(const std::string& cluster) {
  {
    const std::shared_lock lock(mutex_);
    const auto found = planes_.find(cluster);
    if (found != planes_.end()) return *found->second;
  }
  const bool follows_root = options_.root_admission && cluster != options_.root_cluster;
  Store* const admission = follows_root ? &root().store() : nullptr;
  const std::unique_lock lock(mutex_);
  const auto found = planes_.find(cluster);
  if (found != planes_.end()) return *found->second;
  auto plane = std::make_unique<Plane>(cluster, options_, observer_of(cluster), informers_);
  if (admission != nullptr) plane->store().set_admission_store(*admission);
  return *planes_.emplace(cluster, std::move(plane)).first->second;
}

}  // namespace kplane::testing::server
