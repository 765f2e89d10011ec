#include "local_server/script/traffic.hpp"

namespace kplane::testing::server {

void Traffic::record(const std::string& method, const std::string& path, const std::string& target) {
  std::shared_ptr<const Hook> hook;
  {
    const std::lock_guard lock(mutex_);
    ++counts_[{method, path}];
    ++total_;
    hook = hook_;
  }
  // Called without the lock: a hook may query counts.
  if (hook != nullptr) (*hook)(method, target);
}

void Traffic::set_hook(Hook hook) {
  auto shared = hook ? std::make_shared<const Hook>(std::move(hook)) : nullptr;
  const std::lock_guard lock(mutex_);
  hook_ = std::move(shared);
}

std::size_t Traffic::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

std::size_t Traffic::count(std::string_view path_part, std::string_view method) const {
  const std::lock_guard lock(mutex_);
  std::size_t sum = 0;
  for (const auto& [key, count] : counts_) {
    const bool method_matches = method.empty() || key.first == method;
    if (method_matches && key.second.find(path_part) != std::string::npos) sum += count;
  }
  return sum;
}

}  // namespace kplane::testing::server
