// The objects of one plane.
#include "store.hpp"

#include "identity.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

json& metadata_of(json& value) {
  json& metadata = value["metadata"];
  if (!metadata.is_object()) metadata = json::object();
  return metadata;
}

void label_with_cluster(json& value, const std::string& cluster) {
  if (cluster.empty()) return;
  json& labels = metadata_of(value)["labels"];
  if (!labels.is_object()) labels = json::object();
  labels[kClusterLabel] = cluster;
}

// What only the server decides survives every edit.
void keep_owned_fields(const json& before, json& after) {
  const auto old_metadata = before.find("metadata");
  if (old_metadata == before.end()) return;
  json& metadata = metadata_of(after);
  for (const char* field : {"uid", "creationTimestamp", "generation", "resourceVersion"}) {
    const auto old = old_metadata->find(field);
    if (old != old_metadata->end()) metadata[field] = *old;
  }
}

// The generation counts changes of the spec; types without one have none.
bool spec_differs(const json& before, const json& after) {
  const auto old_spec = before.find("spec");
  const auto new_spec = after.find("spec");
  if (old_spec == before.end() || new_spec == after.end())
    return (old_spec == before.end()) != (new_spec == after.end());
  return *old_spec != *new_spec;
}

}  // namespace

ObjectPtr Store::create(const ResourceType& type, const ObjectName& name, json value, bool* namespace_missing,
                        Commit commit) {
  const std::string uid = random_uuid();
  const std::string now = rfc3339_now();
  const std::lock_guard lock(mutex_);
  if (type.namespaced) {
    const bool missing = find_locked(*find_built_in("", "namespaces"), {"", name.ns}) == nullptr;
    if (namespace_missing != nullptr) *namespace_missing = missing;
    if (missing) return nullptr;
  }
  if (find_locked(type, name) != nullptr) return nullptr;
  json& metadata = metadata_of(value);
  metadata["name"] = name.name;
  if (type.namespaced) metadata["namespace"] = name.ns;
  metadata["uid"] = uid;
  label_with_cluster(value, cluster_);
  metadata["creationTimestamp"] = now;
  if (value.contains("spec")) metadata["generation"] = 1;
  if (commit == Commit::dry_run) return std::make_shared<const StoredObject>(std::move(value));
  metadata["resourceVersion"] = std::to_string(++resource_version_);
  auto object = std::make_shared<const StoredObject>(std::move(value));
  Shelf& shelf = shelves_[key_of(type)];
  shelf.type = &type;
  shelf.objects.emplace(name, object);
  notify_locked(type, nullptr, object);
  return object;
}

ObjectPtr Store::get(const ResourceType& type, const ObjectName& name) const {
  const std::lock_guard lock(mutex_);
  return find_locked(type, name);
}

bool Store::has_namespace(const std::string& name) const {
  return get(*find_built_in("", "namespaces"), {"", name}) != nullptr;
}

Listing Store::list(const ResourceType& type, const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  Listing listing{{}, resource_version_};
  const auto shelf = shelves_.find(key_of(type));
  if (shelf == shelves_.end()) return listing;
  listing.objects.reserve(ns.empty() ? shelf->second.objects.size() : 0);
  for (const auto& [name, object] : shelf->second.objects) {
    if (ns.empty() || name.ns == ns) listing.objects.push_back(object);
  }
  return listing;
}

ObjectPtr Store::update(const ResourceType& type, const ObjectName& name, const Edit& edit, Commit commit) {
  const std::lock_guard lock(mutex_);
  ObjectPtr before = find_locked(type, name);
  if (before == nullptr) return nullptr;
  json value = edit(*before);
  keep_owned_fields(before->value(), value);
  label_with_cluster(value, cluster_);
  if (value == before->value()) return before;
  json& metadata = metadata_of(value);
  if (spec_differs(before->value(), value)) metadata["generation"] = before->generation() + 1;
  if (commit == Commit::dry_run) return std::make_shared<const StoredObject>(std::move(value));
  metadata["resourceVersion"] = std::to_string(++resource_version_);
  auto after = std::make_shared<const StoredObject>(std::move(value));
  shelves_[key_of(type)].objects[name] = after;
  notify_locked(type, before, after);
  return after;
}

ObjectPtr Store::remove(const ResourceType& type, const ObjectName& name, const Check& check, Commit commit) {
  const std::lock_guard lock(mutex_);
  ObjectPtr object = find_locked(type, name);
  if (object == nullptr) return nullptr;
  if (check) check(*object);
  if (commit == Commit::dry_run) return object;
  shelves_[key_of(type)].objects.erase(name);
  ++resource_version_;
  notify_locked(type, object, nullptr);
  return object;
}

void Store::remove_contents(const std::string& ns) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, shelf] : shelves_) {
    auto& objects = shelf.objects;
    for (auto it = objects.lower_bound({ns, {}}); it != objects.end() && it->first.ns == ns;) {
      const ObjectPtr object = it->second;
      it = objects.erase(it);
      ++resource_version_;
      notify_locked(*shelf.type, object, nullptr);
    }
  }
}

void Store::remove_all(const ResourceType& type) {
  const std::lock_guard lock(mutex_);
  const auto shelf = shelves_.find(key_of(type));
  if (shelf == shelves_.end()) return;
  auto& objects = shelf->second.objects;
  for (auto it = objects.begin(); it != objects.end();) {
    const ObjectPtr object = it->second;
    it = objects.erase(it);
    ++resource_version_;
    notify_locked(type, object, nullptr);
  }
}

std::uint64_t Store::resource_version() const {
  const std::lock_guard lock(mutex_);
  return resource_version_;
}

void Store::set_observer(Observer observer) {
  const std::lock_guard lock(mutex_);
  observer_ = std::move(observer);
}

ObjectPtr Store::find_locked(const ResourceType& type, const ObjectName& name) const {
  const auto shelf = shelves_.find(key_of(type));
  if (shelf == shelves_.end()) return nullptr;
  const auto found = shelf->second.objects.find(name);
  return found == shelf->second.objects.end() ? nullptr : found->second;
}

void Store::notify_locked(const ResourceType& type, ObjectPtr before, ObjectPtr after) {
  watch_hub_.record(type, {resource_version_, before, after});
  if (observer_) observer_(Change{type, std::move(before), std::move(after)});
}

}  // namespace kplane::testing::server
