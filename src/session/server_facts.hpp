// Caches what is the same in all planes of a server.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "codec/discovery_documents.hpp"

namespace kplane::detail {

using TypeList = std::vector<codec::ServedType>;

/// Thread-safe.
class ServerFacts {
 public:
  /// The server's built-in types; nullptr: not known yet.
  [[nodiscard]] std::shared_ptr<const TypeList> types() const {
    const std::lock_guard lock(mutex_);
    return types_;
  }
  std::shared_ptr<const TypeList> remember_types(TypeList types) {
    const std::lock_guard lock(mutex_);
    return types_ = std::make_shared<const TypeList>(std::move(types));
  }

  /// Such as `v1.34.2`; empty: not known yet.
  [[nodiscard]] std::string version() const {
    const std::lock_guard lock(mutex_);
    return version_;
  }
  void remember_version(std::string version) {
    const std::lock_guard lock(mutex_);
    version_ = std::move(version);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const TypeList> types_;
  std::string version_;
};

}  // namespace kplane::detail
