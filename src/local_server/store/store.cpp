#include "local_server/store/store.hpp"

#include "local_server/base/identity.hpp"
#include "local_server/schema/defaults.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/schema/services.hpp"

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
  for (const char* field : {"uid", "creationTimestamp", "generation", "resourceVersion", "deletionTimestamp",
                            "deletionGracePeriodSeconds"}) {
    const auto old = old_metadata->find(field);
    if (old != old_metadata->end()) metadata[field] = *old;
  }
}

}  // namespace

ObjectPtr Store::create(const ResourceType& type, const ObjectName& name, json value, NamespaceState* ns,
                        Commit commit) {
  const std::string uid = random_uuid();
  const std::string now = rfc3339_now();
  const std::lock_guard lock(mutex_);
  const NamespaceState state = namespace_state_locked(type, name.ns);
  if (ns != nullptr) *ns = state;
  if (state != NamespaceState::active) return nullptr;
  if (find_locked(type, name) != nullptr) return nullptr;
  json& metadata = metadata_of(value);
  metadata["name"] = name.name;
  if (type.namespaced) metadata["namespace"] = name.ns;
  metadata.emplace("uid", uid);
  label_with_cluster(value, cluster_);
  metadata["creationTimestamp"] = now;
  if (is_service(type)) service_addresses_.allocate(value, nullptr);
  if (has_generation(type)) metadata["generation"] = 1;
  if (commit == Commit::dry_run) return std::make_shared<const StoredObject>(std::move(value));
  metadata["resourceVersion"] = std::to_string(++resource_version_);
  auto object = std::make_shared<const StoredObject>(std::move(value));
  TypeObjects& stored = by_type_[key_of(type)];
  stored.type = &type;
  stored.objects.emplace(name, object);
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
  const auto stored = by_type_.find(key_of(type));
  if (stored == by_type_.end()) return listing;
  listing.objects.reserve(ns.empty() ? stored->second.objects.size() : 0);
  for (const auto& [name, object] : stored->second.objects) {
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
  if (is_service(type)) service_addresses_.allocate(value, &before->value());
  if (value == before->value()) return before;
  json& metadata = metadata_of(value);
  if (counts_as_generation(type, before->value(), value)) metadata["generation"] = before->generation() + 1;
  if (commit == Commit::dry_run) return std::make_shared<const StoredObject>(std::move(value));
  const bool goes = is_released(type, value);
  return replace_locked(type, name, before, std::move(value), goes);
}

ObjectPtr Store::remove_as(const ResourceType& type, const ObjectName& name, const Delete& decide, Commit commit) {
  const std::lock_guard lock(mutex_);
  ObjectPtr before = find_locked(type, name);
  if (before == nullptr) return nullptr;
  Deletion deletion = decide(*before);
  if (commit == Commit::dry_run) return std::make_shared<const StoredObject>(std::move(deletion.value));
  if (!deletion.goes && deletion.value == before->value()) return before;
  return replace_locked(type, name, before, std::move(deletion.value), deletion.goes);
}

ObjectPtr Store::remove(const ResourceType& type, const ObjectName& name, const Check& check, Commit commit) {
  const std::lock_guard lock(mutex_);
  ObjectPtr object = find_locked(type, name);
  if (object == nullptr) return nullptr;
  if (check) check(*object);
  if (commit == Commit::dry_run) return object;
  by_type_[key_of(type)].objects.erase(name);
  ++resource_version_;
  notify_locked(type, object, nullptr);
  return object;
}

std::vector<std::pair<const ResourceType*, ObjectPtr>> Store::contents(const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<const ResourceType*, ObjectPtr>> all;
  for (const auto& [key, stored] : by_type_) {
    const Objects& objects = stored.objects;
    for (auto it = objects.lower_bound({ns, {}}); it != objects.end() && it->first.ns == ns; ++it) {
      all.emplace_back(stored.type, it->second);
    }
  }
  return all;
}

void Store::remove_all(const ResourceType& type) {
  const std::lock_guard lock(mutex_);
  const auto stored = by_type_.find(key_of(type));
  if (stored == by_type_.end()) return;
  auto& objects = stored->second.objects;
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

NamespaceState Store::namespace_state_locked(const ResourceType& type, const std::string& ns) const {
  if (!type.namespaced) return NamespaceState::active;
  const ObjectPtr found = find_locked(*find_built_in("", "namespaces"), {"", ns});
  if (found == nullptr) return NamespaceState::missing;
  return is_marked(found->value()) ? NamespaceState::terminating : NamespaceState::active;
}

ObjectPtr Store::replace_locked(const ResourceType& type, const ObjectName& name, const ObjectPtr& before, json value,
                                bool goes) {
  metadata_of(value)["resourceVersion"] = std::to_string(++resource_version_);
  auto after = std::make_shared<const StoredObject>(std::move(value));
  if (goes) {
    by_type_[key_of(type)].objects.erase(name);
    notify_locked(type, before, nullptr);
  } else {
    by_type_[key_of(type)].objects[name] = after;
    notify_locked(type, before, after);
  }
  return after;
}

ObjectPtr Store::find_locked(const ResourceType& type, const ObjectName& name) const {
  const auto stored = by_type_.find(key_of(type));
  if (stored == by_type_.end()) return nullptr;
  const auto found = stored->second.objects.find(name);
  return found == stored->second.objects.end() ? nullptr : found->second;
}

void Store::notify_locked(const ResourceType& type, ObjectPtr before, ObjectPtr after) {
  if (is_service(type)) {
    service_addresses_.note(before == nullptr ? nullptr : &before->value(), after == nullptr ? nullptr : &after->value());
  }
  watch_hub_.record(type, {resource_version_, before, after});
  if (observer_) observer_(Change{type, std::move(before), std::move(after)});
}

}  // namespace kplane::testing::server
