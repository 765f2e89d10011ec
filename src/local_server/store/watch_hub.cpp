#include "local_server/store/watch_hub.hpp"

#include <algorithm>
#include <utility>

namespace kplane::testing::server {
namespace {

// A reader that is this far behind is dropped, as by the real server: it would keep everything it missed in memory.
constexpr std::size_t kMaxBacklog = 100'000;

}  // namespace

void WatchHub::record(const ResourceType& type, WatchEvent event) {
  const std::lock_guard lock(mutex_);
  const GroupResource* const key = intern_locked(type);
  version_ = event.version;
  for (const auto& subscription : subscriptions_) {
    if (subscription->type_ == key) deliver_locked(*subscription, event);
  }
  history_.push_back({key, std::move(event)});
  if (history_.size() > history_limit_) drop_oldest_locked();
}

WatchSubscriptionPtr WatchHub::subscribe(const ResourceType& type, std::uint64_t version, std::uint64_t& oldest) {
  const std::lock_guard lock(mutex_);
  oldest = oldest_;
  if (version < oldest_) return nullptr;
  WatchSubscriptionPtr subscription(new WatchSubscription(intern_locked(type)));
  for (const auto& entry : history_) {
    if (entry.type == subscription->type_ && entry.event.version > version) deliver_locked(*subscription, entry.event);
  }
  subscriptions_.insert(subscription);
  return subscription;
}

WatchSubscriptionPtr WatchHub::subscribe(const ResourceType& type) {
  const std::lock_guard lock(mutex_);
  WatchSubscriptionPtr subscription(new WatchSubscription(intern_locked(type)));
  subscriptions_.insert(subscription);
  return subscription;
}

void WatchHub::unsubscribe(const WatchSubscriptionPtr& subscription) {
  const std::lock_guard lock(mutex_);
  subscriptions_.erase(subscription);
}

WatchNews WatchHub::take(WatchSubscription& subscription) {
  const std::lock_guard lock(mutex_);
  subscription.pipe_.drain();
  WatchNews news = std::move(subscription.news_);
  news.version = version_;
  subscription.news_ = WatchNews{{}, version_, news.over};
  return news;
}

std::optional<std::vector<WatchEvent>> WatchHub::events_between(const ResourceType& type, std::uint64_t since,
                                                                std::uint64_t until) const {
  const GroupResource key = storage_key_of(type);
  const std::lock_guard lock(mutex_);
  if (since < oldest_) return std::nullopt;
  const auto interned = types_.find(key);
  std::vector<WatchEvent> events;
  for (const auto& [entry_type, event] : history_) {
    const bool wanted = interned != types_.end() && entry_type == &*interned;
    if (wanted && event.version > since && event.version <= until) events.push_back(event);
  }
  return events;
}

void WatchHub::compact() {
  const std::lock_guard lock(mutex_);
  history_.clear();
  oldest_ = version_;
}

void WatchHub::begin_at(std::uint64_t version) {
  const std::lock_guard lock(mutex_);
  history_.clear();
  version_ = version;
  oldest_ = version;
}

void WatchHub::cut() {
  const std::lock_guard lock(mutex_);
  for (const auto& subscription : subscriptions_) {
    subscription->news_.over = true;
    subscription->pipe_.wake();
  }
}

std::size_t WatchHub::subscription_count() const {
  const std::lock_guard lock(mutex_);
  return subscriptions_.size();
}

const GroupResource* WatchHub::intern_locked(const ResourceType& type) {
  return &*types_.insert(storage_key_of(type)).first;
}

void WatchHub::deliver_locked(WatchSubscription& subscription, const WatchEvent& event) const {
  WatchNews& news = subscription.news_;
  if (news.over) return;
  // One byte represents all pending events, so the pipe never fills up.
  if (news.events.empty()) subscription.pipe_.wake();
  news.events.push_back(event);
  news.over = news.events.size() > kMaxBacklog;
}

void WatchHub::drop_oldest_locked() {
  oldest_ = history_.front().event.version;
  history_.pop_front();
}

}  // namespace kplane::testing::server
