// Rules of the API server that are data: the tables in src/local_server/tables.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

enum class Table {
  columns,     ///< how the built-in types are printed
  defaults,    ///< defaults of the built-in types' fields
  presence,    ///< how Go writes the fields of the built-in types
  protobuf,    ///< how the built-in types are encoded
  resources,   ///< the types a server lists
  strategies,  ///< what a server does with the objects of each type
  types,       ///< the fields of the built-in types
  validation,  ///< validation of values, and immutable fields
};

/// The text of a table, embedded at build time.
[[nodiscard]] std::string_view table_text(Table table);

/// Parses a table. Takes milliseconds: cache the result.
[[nodiscard]] nlohmann::json parse_table(Table table);

}  // namespace kplane::testing::server
