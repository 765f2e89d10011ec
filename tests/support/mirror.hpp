// Mirror: the objects of a type as a watch reports them.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <kplane/watch.hpp>

namespace kplane::tests {

/// Keeps what a watch tells of `data.value`, and notes what it tells twice or out of order. Ends at an object named
/// `the-last`.
class Mirror {
 public:
  bool take(const WatchEvent& event) {
    const std::lock_guard lock(mutex_);
    const std::string name(event.object.name());
    const bool known = values_.count(name) != 0;
    if (known == (event.type == WatchEventType::added)) problems_.push_back("wrong kind of event for " + name);
    // A deletion that a new list reveals shows the object as it was last told.
    const bool is_new =
        versions_.emplace(std::string(event.object.uid()) + '@' + std::string(event.object.resource_version())).second;
    if (!is_new && event.type != WatchEventType::deleted) problems_.push_back("told twice: " + name);
    if (event.type == WatchEventType::deleted) {
      values_.erase(name);
    } else {
      values_[name] = event.object.get<std::string>("/data/value").value_or("");
    }
    return values_.count("the-last") == 0;
  }
  [[nodiscard]] std::vector<std::string> problems() const {
    const std::lock_guard lock(mutex_);
    return problems_;
  }
  [[nodiscard]] std::map<std::string, std::string> values() const {
    const std::lock_guard lock(mutex_);
    return values_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> values_;
  std::set<std::string> versions_;
  std::vector<std::string> problems_;
};

}  // namespace kplane::tests
