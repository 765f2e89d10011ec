#include "local_server/store/store.hpp"

#include <algorithm>

#include "local_server/base/identity.hpp"
#include "local_server/schema/apply_defaults.hpp"
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

// Server-owned fields survive every edit.
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

// A write that only changes the times of field managers is a no-op.
bool same_entry(json a, json b) {
  a.erase("time");
  b.erase("time");
  return a == b;
}

bool same_managers(const json& a, const json& b) {
  return a.is_array() && b.is_array() && std::equal(a.begin(), a.end(), b.begin(), b.end(), same_entry);
}

/// @param field the member in which `same` compares
template <class Same>
bool same_members(const json& a, const json& b, const char* field, const Same& same) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, value] : a.items()) {
    const auto other = b.find(name);
    if (other == b.end() || !(name == field ? same(value, *other) : value == *other)) return false;
  }
  return true;
}

bool changes_nothing(const json& before, const json& after) {
  return same_members(before, after, "metadata", [](const json& a, const json& b) {
    return a == b || same_members(a, b, "managedFields", same_managers);
  });
}

const ResourceType& services() {
  static const ResourceType& type = *find_built_in("", "services");
  return type;
}

}  // namespace

void Store::begin_with(const InitialObjects& objects) {
  const std::lock_guard lock(mutex_);
  unwritten_.begin(objects, {options_.cluster, rfc3339_now(), options_.identifiers, resource_version_});
  for (const auto& [key, stored] : by_type_) {
    for (const auto& [name, object] : stored.objects) unwritten_.hide(key, name);
  }
  unwritten_.visit(key_of(services()), [&](const SharedObject& service, std::size_t) {
    service_addresses_.note(nullptr, &service.content());
  });
  const std::uint64_t before = resource_version_;
  if (watch_hub_.subscription_count() > 0) {
    unwritten_.visit_all([&](const SharedObject& shared, std::size_t index) {
      watch_hub_.record(shared.type(), {++resource_version_, nullptr, unwritten_.make(index)});
    });
  }
  resource_version_ = before + objects.all().size();
  begun_at_ = resource_version_;
  watch_hub_.begin_at(resource_version_);  // a real server's cache starts with the existing objects
}

std::string Store::draw_uuid() const { return options_.identifiers.uuid(drawn_++); }

std::string Store::draw_suffix(std::size_t length) const { return options_.identifiers.suffix(drawn_++, length); }

ObjectPtr Store::create(const ResourceType& type, const ObjectName& name, json value, NamespaceState* ns,
                        Commit commit) {
  const std::string uid = draw_uuid();
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
  label_with_cluster(value, options_.cluster);
  metadata["creationTimestamp"] = now;
  if (is_service(type)) service_addresses_.allocate(value, nullptr);
  if (has_generation(type)) metadata["generation"] = 1;
  if (commit == Commit::dry_run) return std::make_shared<const StoredObject>(std::move(value));
  metadata["resourceVersion"] = std::to_string(++resource_version_);
  auto object = std::make_shared<const StoredObject>(std::move(value));
  put_locked(type, name, object);
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
  return list_locked(storage_key_of(type), ns);
}

template <class Written, class Unwritten>
void Store::visit_locked(const GroupResource& type, const std::string& ns, const Written& written,
                         const Unwritten& unwritten) const {
  static const Objects kNone;
  const auto stored = by_type_.find(type);
  const Objects& own = stored == by_type_.end() ? kNone : stored->second.objects;
  auto next = own.begin();
  const auto is_wanted = [&](const ObjectName& name) { return ns.empty() || name.ns == ns; };
  const auto visit_next = [&] {
    if (is_wanted(next->first)) written(next->second);
    ++next;
  };
  unwritten_.visit(type, [&](const SharedObject& shared, std::size_t index) {
    if (!is_wanted(shared.name())) return;
    while (next != own.end() && next->first < shared.name()) visit_next();
    unwritten(shared, index);
  });
  while (next != own.end()) visit_next();
}

Listing Store::list_locked(const GroupResource& type, const std::string& ns) const {
  Listing listing{{}, resource_version_};
  visit_locked(
      type, ns, [&](const ObjectPtr& object) { listing.objects.push_back(object); },
      [&](const SharedObject&, std::size_t index) { listing.objects.push_back(unwritten_.make(index)); });
  return listing;
}

std::vector<ObjectView> Store::views(const ResourceType& type, const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  return views_locked(storage_key_of(type), ns);
}

std::vector<ObjectView> Store::views_locked(const GroupResource& type, const std::string& ns) const {
  std::vector<ObjectView> views;
  visit_locked(
      type, ns, [&](const ObjectPtr& object) { views.emplace_back(object); },
      [&](const SharedObject& shared, std::size_t index) { views.emplace_back(shared, unwritten_.origin(), index); });
  return views;
}

Informed Store::informed(const ResourceType& type) const {
  const GroupResource key = storage_key_of(type);
  const std::lock_guard lock(mutex_);
  auto version = informed_version_locked(key);
  return {version ? views_locked(key, {}) : earlier_views_locked(key), version};
}

std::optional<std::uint64_t> Store::informed_version(const ResourceType& type) const {
  const GroupResource key = storage_key_of(type);
  const std::lock_guard lock(mutex_);
  return informed_version_locked(key);
}

std::optional<std::uint64_t> Store::informed_version() const {
  const std::lock_guard lock(mutex_);
  if (has_unshown_changes_locked()) return std::nullopt;
  return resource_version_;
}

std::optional<std::uint64_t> Store::informed_version_locked(const GroupResource& type) const {
  if (has_unshown_changes_locked()) return std::nullopt;
  const auto changed = changed_at_.find(type);
  return changed == changed_at_.end() ? begun_at_ : std::max(changed->second, begun_at_);
}

bool Store::has_unshown_changes_locked() const {
  return !recent_.empty() && recent_.back().at > std::chrono::steady_clock::now() - options_.state_lag;
}

std::vector<ObjectView> Store::earlier_views_locked(const GroupResource& type) const {
  std::vector<ObjectPtr> objects = list_locked(type, {}).objects;
  const auto shown_until = std::chrono::steady_clock::now() - options_.state_lag;
  Objects then;
  for (auto& object : objects) then.emplace(name_of(*object), std::move(object));
  for (auto change = recent_.rbegin(); change != recent_.rend() && change->at > shown_until; ++change) {
    if (change->type != type) continue;
    if (change->after != nullptr) then.erase(name_of(*change->after));
    if (change->before != nullptr) then[name_of(*change->before)] = change->before;
  }
  std::vector<ObjectView> informed;
  for (auto& [name, object] : then) informed.emplace_back(std::move(object));
  return informed;
}

ObjectPtr Store::update(const ResourceType& type, const ObjectName& name, const Edit& edit, Commit commit,
                        bool counts) {
  const std::lock_guard lock(mutex_);
  ObjectPtr before = find_locked(type, name);
  if (before == nullptr) return nullptr;
  json value = edit(*before);
  keep_owned_fields(before->value(), value);
  label_with_cluster(value, options_.cluster);
  if (is_service(type)) service_addresses_.allocate(value, &before->value());
  if (changes_nothing(before->value(), value)) return before;
  json& metadata = metadata_of(value);
  if (counts && counts_as_generation(type, before->value(), value)) metadata["generation"] = before->generation() + 1;
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
  erase_locked(type, name);
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
  unwritten_.visit_all([&](const SharedObject& shared, std::size_t index) {
    if (shared.type().namespaced && shared.name().ns == ns) all.emplace_back(&shared.type(), unwritten_.make(index));
  });
  return all;
}

void Store::remove_all(const ResourceType& type) {
  const std::lock_guard lock(mutex_);
  const auto stored = by_type_.find(storage_key_of(type));
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
  return is_marked(found->content()) ? NamespaceState::terminating : NamespaceState::active;
}

ObjectPtr Store::replace_locked(const ResourceType& type, const ObjectName& name, const ObjectPtr& before, json value,
                                bool goes) {
  metadata_of(value)["resourceVersion"] = std::to_string(++resource_version_);
  auto after = std::make_shared<const StoredObject>(std::move(value));
  if (goes) {
    erase_locked(type, name);
    notify_locked(type, before, nullptr);
  } else {
    put_locked(type, name, after);
    notify_locked(type, before, after);
  }
  return after;
}

ObjectPtr Store::find_locked(const ResourceType& type, const ObjectName& name) const {
  const GroupResource key = storage_key_of(type);
  const auto stored = by_type_.find(key);
  if (stored == by_type_.end()) return unwritten_.find(key, name);
  const auto found = stored->second.objects.find(name);
  return found == stored->second.objects.end() ? unwritten_.find(key, name) : found->second;
}

void Store::put_locked(const ResourceType& type, const ObjectName& name, ObjectPtr object) {
  const GroupResource key = storage_key_of(type);
  TypeObjects& stored = by_type_[key];
  stored.type = &stored_type(type);
  const bool is_new = stored.objects.insert_or_assign(name, std::move(object)).second;
  if (is_new) unwritten_.hide(key, name);
}

void Store::erase_locked(const ResourceType& type, const ObjectName& name) {
  const GroupResource key = storage_key_of(type);
  const auto stored = by_type_.find(key);
  if (stored == by_type_.end() || stored->second.objects.erase(name) == 0) unwritten_.hide(key, name);
}

void Store::notify_locked(const ResourceType& type, ObjectPtr before, ObjectPtr after) {
  if (is_service(type)) {
    service_addresses_.note(before == nullptr ? nullptr : &before->value(),
                            after == nullptr ? nullptr : &after->value());
  }
  changed_at_[storage_key_of(type)] = resource_version_;
  record_locked(type, before, after);
  if (options_.state_lag.count() > 0) note_recent_locked(type, before, after);
  if (observer_) observer_(Change{type, std::move(before), std::move(after)});
}

void Store::record_locked(const ResourceType& type, const ObjectPtr& before, const ObjectPtr& after) {
  try {
    watch_hub_.record(type, {resource_version_, before, after});
  } catch (const std::bad_alloc&) {
    // Who watches must not miss what is stored by now: they have to list again.
    watch_hub_.begin_at(resource_version_);
    watch_hub_.cut();
  }
}

void Store::note_recent_locked(const ResourceType& type, const ObjectPtr& before, const ObjectPtr& after) {
  const auto now = std::chrono::steady_clock::now();
  while (!recent_.empty() && recent_.front().at <= now - options_.state_lag) recent_.pop_front();
  recent_.push_back({now, storage_key_of(type), before, after});
}

}  // namespace kplane::testing::server
