// A bounded history of a plane's changes, and the subscriptions to new ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "local_server/base/resource_types.hpp"
#include "local_server/base/wake_pipe.hpp"
#include "local_server/schema/events.hpp"
#include "local_server/store/object.hpp"

namespace kplane::testing::server {

struct GroupResource {
  std::string group{};
  std::string resource{};
  friend bool operator<(const GroupResource& a, const GroupResource& b) {
    return std::tie(a.group, a.resource) < std::tie(b.group, b.resource);
  }
  friend bool operator!=(const GroupResource& a, const GroupResource& b) {
    return std::tie(a.group, a.resource) != std::tie(b.group, b.resource);
  }
};

[[nodiscard]] inline GroupResource key_of(const ResourceType& type) { return {type.group, type.resource}; }

/// The key of what objects of a type are stored as.
[[nodiscard]] inline GroupResource storage_key_of(const ResourceType& type) { return key_of(stored_type(type)); }

/// One write: `before` is null for a creation, `after` is null for a deletion.
struct WatchEvent {
  std::uint64_t version = 0;  ///< the resourceVersion that the write brought about
  ObjectPtr before{};
  ObjectPtr after{};
};

/// What a subscriber finds when it looks.
struct WatchNews {
  std::deque<WatchEvent> events{};
  std::uint64_t version = 0;  ///< everything up to this has been delivered
  bool over = false;          ///< no more will come: the watch was cut, or its reader was too slow
};

/// One reader's subscription to the events of a type. Created by WatchHub::subscribe().
class WatchSubscription {
 public:
  /// Readable when take() has something new.
  [[nodiscard]] const WakePipe& pipe() const noexcept { return pipe_; }

 private:
  friend class WatchHub;
  explicit WatchSubscription(const GroupResource* type) : type_(type) {}

  const GroupResource* const type_;
  const WakePipe pipe_;
  WatchNews news_;  // guarded by the hub's mutex
};

using WatchSubscriptionPtr = std::shared_ptr<WatchSubscription>;

/// Thread safety: every member may be called from any thread. It calls nobody, so it may be used under the store's
/// lock.
class WatchHub {
 public:
  /// @param history how many events are kept
  explicit WatchHub(std::size_t history) : history_limit_(history) {}

  void record(const ResourceType& type, WatchEvent event);

  /// Events of `type` after `version`: those of the history at once, then each that comes.
  /// @return nullptr when the history does not reach back to `version`; `oldest` is then how far it does reach.
  [[nodiscard]] WatchSubscriptionPtr subscribe(const ResourceType& type, std::uint64_t version, std::uint64_t& oldest);
  /// Only events from now on.
  [[nodiscard]] WatchSubscriptionPtr subscribe(const ResourceType& type);
  void unsubscribe(const WatchSubscriptionPtr& subscription);
  /// The events since the last call; also drains the subscription's pipe.
  [[nodiscard]] WatchNews take(WatchSubscription& subscription);

  /// The events of `type` after `since` and up to `until`, oldest first.
  /// @return nullopt when the history does not reach back to `since`.
  [[nodiscard]] std::optional<std::vector<WatchEvent>> events_between(const ResourceType& type, std::uint64_t since,
                                                                      std::uint64_t until) const;

  /// Forgets the history. Subscriptions lose nothing.
  void compact();
  /// The same; the history goes on from `version`.
  void begin_at(std::uint64_t version);
  /// Ends all subscriptions.
  void cut();
  [[nodiscard]] std::size_t subscription_count() const;

 private:
  struct Entry {
    const GroupResource* type = nullptr;
    WatchEvent event{};
  };

  [[nodiscard]] const GroupResource* intern_locked(const ResourceType& type);
  void deliver_locked(WatchSubscription& subscription, const WatchEvent& event) const;
  void drop_oldest_locked();

  const std::size_t history_limit_;
  mutable std::mutex mutex_;
  std::set<GroupResource> types_;  // all types ever seen, at stable addresses
  std::deque<Entry> history_;
  std::uint64_t version_ = 0;  // of the newest event
  std::uint64_t oldest_ = 0;   // the history holds everything after this
  std::set<WatchSubscriptionPtr> subscriptions_;
};

}  // namespace kplane::testing::server
