// The types served because of one plane's CustomResourceDefinitions.
#pragma once

#include <deque>
#include <map>
#include <shared_mutex>
#include <string>
#include <vector>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Types live as long as this object, retired ones too, so pointers stay valid. Thread safety: every member may be
/// called from any thread.
class CustomTypes {
 public:
  /// Serves the versions of one definition, replacing its earlier ones.
  void serve(const std::string& definition, std::vector<ResourceType> versions);
  /// @return the types that are no longer served
  std::vector<const ResourceType*> retire(const std::string& definition);

  /// nullptr when there is none.
  [[nodiscard]] const ResourceType* find(const std::string& group, const std::string& version,
                                         const std::string& resource) const;
  /// All that are served, those of one definition together.
  [[nodiscard]] std::vector<const ResourceType*> all() const;

 private:
  mutable std::shared_mutex mutex_;
  std::deque<ResourceType> made_;
  std::map<std::string, std::vector<const ResourceType*>> served_;
};

}  // namespace kplane::testing::server
