// The Tables of a type: its columns, and a row for each object.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/print/cells.hpp"

namespace kplane::testing::server {

/// The columns of one type. Thread safety: const members may be called from any thread.
class Printer {
 public:
  virtual ~Printer() = default;
  [[nodiscard]] virtual const nlohmann::ordered_json& columns() const = 0;
  [[nodiscard]] virtual nlohmann::json cells(const nlohmann::json& object) const = 0;
};

/// Of a built-in type, those of tables/columns.json; of a custom one, those of its definition.
/// @param api_version of the objects, as @p kind is: those of a subresource may be others than the type's
[[nodiscard]] std::shared_ptr<const Printer> printer_of(const ResourceType& type, const std::string& api_version,
                                                        const std::string& kind);

}  // namespace kplane::testing::server
