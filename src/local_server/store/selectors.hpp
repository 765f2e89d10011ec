// The selection of a request: its `labelSelector` and its `fieldSelector` together.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "local_server/base/resource_types.hpp"
#include "local_server/store/label_selector.hpp"
#include "local_server/store/object.hpp"
#include "local_server/types/strategies.hpp"

namespace kplane::testing::server {

/// `metadata.name=a`, or `!=`.
struct FieldRequirement {
  SelectableField field{};
  std::string value{};
  bool equal = true;
};

class Selection {
 public:
  Selection() = default;
  /// @throws StatusError 400 for a selector that is malformed or names a field that cannot be selected by.
  Selection(const ResourceType& type, const std::map<std::string, std::string>& query);

  /// Whether it selects everything.
  [[nodiscard]] bool empty() const noexcept { return labels_.empty() && fields_.empty(); }
  [[nodiscard]] bool matches(const StoredObject& object) const;

 private:
  LabelSelector labels_;
  std::vector<FieldRequirement> fields_;
};

}  // namespace kplane::testing::server
