// Rules of the API server that are data: what stands in src/local_server/tables.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

enum class Table {
  columns,     ///< how the built-in types are printed
  defaults,    ///< what the built-in types' fields are when nobody says
  presence,    ///< how Go writes the fields of the built-in types
  protobuf,    ///< how the built-in types are encoded
  resources,   ///< the types a server lists
  strategies,  ///< what a server does with the objects of each type
  types,       ///< the fields of the built-in types
  validation,  ///< what their values must look like, and what may not change
};

/// The text of a table, as it was when the library was built.
[[nodiscard]] std::string_view table_text(Table table);

/// Parses a table. Costs milliseconds: keep what you make of it, and look things up there.
[[nodiscard]] nlohmann::json parse_table(Table table);

}  // namespace kplane::testing::server
