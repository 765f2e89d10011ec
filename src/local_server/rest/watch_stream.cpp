#include "local_server/rest/watch_stream.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/rest/object_answer.hpp"
#include "local_server/schema/events.hpp"
#include "local_server/store/selectors.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kDefaultTimeout = std::chrono::minutes(30);
constexpr std::chrono::seconds kLastBookmark{2};
constexpr std::chrono::seconds kMaxTimeout = std::chrono::hours(24);

std::string event_line(const char* event_type, std::string_view object) {
  return R"({"type":")" + std::string(event_type) + R"(","object":)" + std::string(object) + "}\n";
}

// An object that no longer matches is sent as it last was, but with the version of the change, from which a watch can
// resume.
std::string text_at(const ResourceType& type, const StoredObject& object, std::uint64_t version) {
  json value = as_served(type, object.value());
  value["metadata"]["resourceVersion"] = std::to_string(version);
  return to_text(value);
}

std::chrono::seconds timeout_of(const ListQuery& query) {
  if (query.timeout_seconds <= 0) return kDefaultTimeout;
  return std::chrono::seconds(std::min<std::int64_t>(query.timeout_seconds, kMaxTimeout.count()));
}

bool wants_initial_events(const ListQuery& query) {
  return query.send_initial_events.value_or(query.resource_version.value_or(0) == 0);
}

/// The annotations of the bookmark at the end of the initial events.
json initial_events_end() { return {{"k8s.io/initial-events-end", "true"}}; }

/// A subscription that ends with its scope.
class ScopedSubscription {
 public:
  explicit ScopedSubscription(WatchHub& hub) : hub_(hub) {}
  ~ScopedSubscription() { hub_.unsubscribe(subscription_); }
  ScopedSubscription(const ScopedSubscription&) = delete;
  ScopedSubscription& operator=(const ScopedSubscription&) = delete;

  void begin(WatchSubscriptionPtr subscription) { subscription_ = std::move(subscription); }
  [[nodiscard]] bool has_begun() const { return subscription_ != nullptr; }
  [[nodiscard]] WatchSubscription& operator*() const { return *subscription_; }

 private:
  WatchHub& hub_;
  WatchSubscriptionPtr subscription_;
};

/// One open watch. Used by one thread.
class Watch {
 public:
  Watch(Store& store, const ResourceType& type, std::string ns, const Query& query, const View& view,
        std::chrono::milliseconds bookmark_interval)
      : store_(store),
        hub_(store.watch_hub()),
        subscription_(hub_),
        type_(type),
        ns_(std::move(ns)),
        selection_(type, query),
        query_(parse_list_query(query)),
        view_(view, type),
        bookmark_interval_(bookmark_interval),
        deadline_(SteadyClock::now() + timeout_of(query_)) {
    if (wants_initial_events(query_)) {
      begin_with_listing(store);
    } else {
      begin_after(query_.resource_version.value_or(store.resource_version()));
    }
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() = default;

  StreamEnd run(BodyWriter& writer) {
    if (!refusal_.empty()) return writer.send(refusal_) ? StreamEnd::complete : StreamEnd::cut;
    if (!send_initial_events(writer)) return StreamEnd::cut;
    while (true) {
      if (!send_news(writer)) return StreamEnd::cut;
      const auto now = SteadyClock::now();
      if (now >= deadline_) return StreamEnd::complete;
      if (now >= next_bookmark_ && !send_bookmark(writer)) return StreamEnd::cut;
      const auto next = query_.bookmarks ? std::min(next_bookmark_, deadline_) : deadline_;
      if (writer.wait((*subscription_).pipe(), next) == BodyWriter::Wake::gone) return StreamEnd::cut;
    }
  }

 private:
  // Subscribes first: writes between that and the listing arrive twice, and are filtered by version.
  void begin_with_listing(Store& store) {
    subscription_.begin(hub_.subscribe(type_));
    initial_ = store.list(type_, ns_);
    version_ = initial_.resource_version;
    const std::uint64_t wanted = query_.resource_version.value_or(0);
    if (wanted > version_) refuse(too_large_resource_version(wanted, version_));
  }

  void begin_after(std::uint64_t version) {
    version_ = version;
    std::uint64_t oldest = 0;
    subscription_.begin(hub_.subscribe(type_, version, oldest));
    if (subscription_.has_begun()) return;
    refuse(expired("too old resource version: " + std::to_string(version) + " (" + std::to_string(oldest) + ")"));
  }

  void refuse(const Answer& status) {
    refusal_ = event_line("ERROR", std::string_view(status.body).substr(0, status.body.find_last_not_of('\n') + 1));
  }

  bool send_initial_events(BodyWriter& writer) {
    for (const auto& object : initial_.objects) {
      if (selection_.matches(*object) && !send(writer, "ADDED", object_text(type_, *object))) return false;
    }
    initial_.objects.clear();
    quiet_since(SteadyClock::now());
    return !wants_initial_events(query_) || send_bookmark(writer, initial_events_end());
  }

  bool send_news(BodyWriter& writer) {
    const WatchNews news = hub_.take(*subscription_);
    for (const auto& event : news.events) {
      if (event.version > version_ && !send_event(writer, event)) return false;
    }
    version_ = std::max(version_, news.version);
    return !news.over;
  }

  // With selectors, an object is added when it begins to match, and deleted when it no longer does.
  bool send_event(BodyWriter& writer, const WatchEvent& event) {
    const bool was_in = contains(event.before);
    const bool is_in = contains(event.after);
    if (is_in) return send(writer, was_in ? "MODIFIED" : "ADDED", object_text(type_, *event.after));
    return !was_in || send(writer, "DELETED", text_at(type_, *event.before, event.version));
  }

  [[nodiscard]] bool contains(const ObjectPtr& object) const {
    return object != nullptr && (ns_.empty() || object->ns() == ns_) && selection_.matches(*object);
  }

  // From a future version, the real server sends nothing: neither older events nor bookmarks.
  bool send_bookmark(BodyWriter& writer, const json& annotations = {}) {
    quiet_since(SteadyClock::now());
    if (!query_.bookmarks || version_ > store_.resource_version()) return true;
    json metadata = {{"resourceVersion", std::to_string(version_)}};
    if (!annotations.is_null()) metadata["annotations"] = annotations;
    const json object = {{"apiVersion", api_version(type_)}, {"kind", type_.kind}, {"metadata", std::move(metadata)}};
    return send(writer, "BOOKMARK", to_text(object));
  }

  bool send(BodyWriter& writer, const char* event_type, std::string object) {
    quiet_since(SteadyClock::now());
    return writer.send(event_line(event_type, view_.text(std::move(object))));
  }

  // The last bookmark is sent shortly before the end.
  void quiet_since(SteadyClock::time_point now) {
    const auto last = deadline_ - kLastBookmark;
    next_bookmark_ = now + bookmark_interval_;
    if (now < last) next_bookmark_ = std::min(next_bookmark_, last);
  }

  const Store& store_;
  WatchHub& hub_;
  ScopedSubscription subscription_;  // has not begun if there is a refusal
  const ResourceType type_;          // a copy: the watch may outlive the type
  const std::string ns_;
  const Selection selection_;
  const ListQuery query_;
  EventView view_;
  const std::chrono::milliseconds bookmark_interval_;
  const SteadyClock::time_point deadline_;
  std::string refusal_;  // why the watch cannot begin; empty: it can
  Listing initial_;
  std::uint64_t version_ = 0;  // everything up to this has been sent
  SteadyClock::time_point next_bookmark_{};
};

}  // namespace

Answer answer_watch(Store& store, const ResourceType& type, const std::string& ns, const Query& query, const View& view,
                    std::chrono::milliseconds bookmark_interval) {
  const auto watch = std::make_shared<Watch>(store, type, ns, query, view, bookmark_interval);
  Answer answer;
  answer.stream = [watch](BodyWriter& writer) { return watch->run(writer); };
  return answer;
}

}  // namespace kplane::testing::server
