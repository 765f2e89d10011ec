// The objects of one plane, by type, namespace and name, with the `resourceVersion` counter. Independent of HTTP.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_server/base/identity.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/store/initial_objects.hpp"
#include "local_server/store/object.hpp"
#include "local_server/store/service_addresses.hpp"
#include "local_server/store/watch_hub.hpp"

namespace kplane::testing::server {

/// Whether a write is stored: a dry run computes the result but stores nothing.
enum class Commit { store, dry_run };

/// Whether objects can be created in a namespace.
enum class NamespaceState { active, missing, terminating };

/// What to do with an object that is to be deleted.
struct Deletion {
  nlohmann::json value{};  ///< as it is marked, or was last
  bool goes = false;       ///< it is removed
};

/// One write: `before` is null for a creation, `after` is null for a deletion.
struct Change {
  const ResourceType& type;
  ObjectPtr before{};
  ObjectPtr after{};
};

inline constexpr std::size_t kDefaultWatchHistory = 1000;

struct StoreOptions {
  std::size_t watch_history = kDefaultWatchHistory;  ///< how many changes the watch_hub() remembers
  /// The plane's ID, which every object carries as a label (contract §10); empty: no label.
  std::string cluster{};
  Identifiers identifiers{};               ///< of uids and generated names
  std::chrono::milliseconds state_lag{0};  ///< informers show a write only after this
};

/// The contents of a list, and their resourceVersion.
struct Listing {
  std::vector<ObjectPtr> objects{};
  std::uint64_t resource_version = 0;
};

/// The objects of a type as informers see them, StoreOptions::state_lag behind.
struct Informed {
  std::vector<ObjectView> objects{};  ///< in order of namespace and name; valid as long as the store
  /// Of the objects' last change; the same number means the same objects. No value: they change as time passes.
  std::optional<std::uint64_t> version{};
};

/// Thread safety: every member may be called from any thread. Functions passed in run while the store is locked: they
/// must be quick, and must not call the same store.
class Store {
 public:
  using Edit = std::function<nlohmann::json(const StoredObject& current)>;
  using Check = std::function<void(const StoredObject& current)>;
  using Delete = std::function<Deletion(const StoredObject& current)>;
  using Observer = std::function<void(const Change&)>;

  explicit Store(StoreOptions options = {}) : options_(std::move(options)), watch_hub_(options_.watch_history) {}

  /// The value of every object's label; empty: no label.
  [[nodiscard]] const std::string& cluster() const noexcept { return options_.cluster; }

  /// Adds the initial objects in one step, unless a name is taken. Observers are not notified. Cost: none per object,
  /// until it is written.
  /// @param objects must outlive the store and what it hands out
  void begin_with(const InitialObjects& objects);

  /// The store whose ServiceAccounts, LimitRanges, ResourceQuotas and PriorityClasses admission looks at: this one, or
  /// the root plane's (LocalServerOptions::root_admission). To be called without this store's lock.
  [[nodiscard]] Store& admission_store() const noexcept { return *admission_store_; }
  /// To be called before the store is shared. `store` must outlive this one.
  void set_admission_store(Store& store) noexcept { admission_store_ = &store; }

  /// The uid of a new object.
  [[nodiscard]] std::string draw_uuid() const;
  /// The suffix of a generated name.
  [[nodiscard]] std::string draw_suffix(std::size_t length) const;

  /// Adds an object; fills in metadata.uid, resourceVersion, creationTimestamp, and generation where there is a spec.
  /// @return nullptr when the name is taken, or the namespace is not active; `ns` says which
  [[nodiscard]] ObjectPtr create(const ResourceType& type, const ObjectName& name, nlohmann::json value,
                                 NamespaceState* ns = nullptr, Commit commit = Commit::store);

  [[nodiscard]] ObjectPtr get(const ResourceType& type, const ObjectName& name) const;
  [[nodiscard]] bool has_namespace(const std::string& name) const;

  /// In order of namespace and name; an empty `ns` lists all namespaces.
  [[nodiscard]] Listing list(const ResourceType& type, const std::string& ns = {}) const;
  /// The objects of list() as views, valid as long as the store. Copies no objects.
  [[nodiscard]] std::vector<ObjectView> views(const ResourceType& type, const std::string& ns = {}) const;
  /// What informers see of all namespaces. Copies no objects.
  [[nodiscard]] Informed informed(const ResourceType& type) const;
  /// As Informed::version, of one type.
  [[nodiscard]] std::optional<std::uint64_t> informed_version(const ResourceType& type) const;
  /// The same, of all types together: at least the version of each.
  [[nodiscard]] std::optional<std::uint64_t> informed_version() const;

  /// Replaces an object with the result of `edit`. Server-owned fields (uid, creationTimestamp, generation,
  /// resourceVersion, the deletion mark) are kept or updated here; an edit that changes nothing writes nothing. If
  /// `edit` throws, the object is unchanged. An object that is marked for deletion and no longer blocked is removed.
  /// @param counts whether the change may increment the generation, unlike that of a status
  /// @return as it is now, or was last; nullptr when there is no such object.
  [[nodiscard]] ObjectPtr update(const ResourceType& type, const ObjectName& name, const Edit& edit,
                                 Commit commit = Commit::store, bool counts = true);

  /// Deletes an object, or marks it, as `decide` says; if that throws, the object is unchanged.
  /// @return as it is now, or was last; nullptr when there is no such object.
  [[nodiscard]] ObjectPtr remove_as(const ResourceType& type, const ObjectName& name, const Delete& decide,
                                    Commit commit = Commit::store);
  /// Deletes an object unless `check` throws, whatever holds it. @return what was deleted, or nullptr.
  [[nodiscard]] ObjectPtr remove(const ResourceType& type, const ObjectName& name, const Check& check = {},
                                 Commit commit = Commit::store);
  /// Everything in a namespace, whether or not the namespace exists.
  [[nodiscard]] std::vector<std::pair<const ResourceType*, ObjectPtr>> contents(const std::string& ns) const;
  /// Deletes all objects of a type, as when its definition goes.
  void remove_all(const ResourceType& type);

  [[nodiscard]] std::uint64_t resource_version() const;

  /// Called for each change, in order, while the store is locked.
  void set_observer(Observer observer);

  /// The changes of this store, as watches and consistent lists need them. A change is there before the call that made
  /// it returns.
  [[nodiscard]] WatchHub& watch_hub() noexcept { return watch_hub_; }
  [[nodiscard]] const WatchHub& watch_hub() const noexcept { return watch_hub_; }

 private:
  using Objects = std::map<ObjectName, ObjectPtr>;
  struct TypeObjects {
    const ResourceType* type = nullptr;
    Objects objects{};
  };
  struct RecentChange {
    std::chrono::steady_clock::time_point at{};
    GroupResource type{};
    ObjectPtr before{};
    ObjectPtr after{};
  };

  [[nodiscard]] NamespaceState namespace_state_locked(const ResourceType& type, const std::string& ns) const;
  [[nodiscard]] ObjectPtr find_locked(const ResourceType& type, const ObjectName& name) const;
  ObjectPtr replace_locked(const ResourceType& type, const ObjectName& name, const ObjectPtr& before,
                           nlohmann::json value, bool goes);
  /// In order of namespace and name: written(ObjectPtr) or unwritten(SharedObject, its index) for each.
  template <class Written, class Unwritten>
  void visit_locked(const GroupResource& type, const std::string& ns, const Written& written,
                    const Unwritten& unwritten) const;
  [[nodiscard]] std::vector<ObjectView> views_locked(const GroupResource& type, const std::string& ns) const;
  /// Objects as they were before changes that informers do not show yet.
  [[nodiscard]] std::vector<ObjectView> earlier_views_locked(const GroupResource& type) const;
  [[nodiscard]] bool has_unshown_changes_locked() const;
  [[nodiscard]] std::optional<std::uint64_t> informed_version_locked(const GroupResource& type) const;
  [[nodiscard]] Listing list_locked(const GroupResource& type, const std::string& ns) const;
  void put_locked(const ResourceType& type, const ObjectName& name, ObjectPtr object);
  void erase_locked(const ResourceType& type, const ObjectName& name);
  void notify_locked(const ResourceType& type, ObjectPtr before, ObjectPtr after);
  void record_locked(const ResourceType& type, const ObjectPtr& before, const ObjectPtr& after);
  void note_recent_locked(const ResourceType& type, const ObjectPtr& before, const ObjectPtr& after);

  const StoreOptions options_;
  Store* admission_store_ = this;
  mutable std::atomic<std::uint64_t> drawn_{std::uint64_t{1} << 32U};  // identifiers below are the initial objects'
  mutable std::mutex mutex_;
  UnwrittenObjects unwritten_;  // the others are in by_type_
  std::map<GroupResource, TypeObjects> by_type_;
  std::uint64_t resource_version_ = 0;
  std::uint64_t begun_at_ = 0;                         // resource_version_ after begin_with()
  std::map<GroupResource, std::uint64_t> changed_at_;  // resource_version_ after the last change of a type since then
  std::deque<RecentChange> recent_;                    // not shown by informers yet
  Observer observer_;
  WatchHub watch_hub_;
  ServiceAddresses service_addresses_;
};

}  // namespace kplane::testing::server
