// Counts requests by method and path, and calls the tests' hook.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace kplane::testing::server {

/// Thread safety: every member may be called from any thread.
class Traffic {
 public:
  using Hook = std::function<void(const std::string& method, const std::string& target)>;

  /// Counts a request, then calls the hook.
  void record(const std::string& method, const std::string& path, const std::string& target);
  void set_hook(Hook hook);

  [[nodiscard]] std::size_t total() const;
  [[nodiscard]] std::size_t count(std::string_view path_part, std::string_view method) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::size_t> counts_;
  std::size_t total_ = 0;
  std::shared_ptr<const Hook> hook_;
};

}  // namespace kplane::testing::server
