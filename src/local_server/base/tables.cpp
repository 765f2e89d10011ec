#include "local_server/base/tables.hpp"

#include <cstddef>

// The assembler includes the tables, so that the compiler need not parse string literals of their size.
#define KPLANE_EMBED(name)                                                                              \
  asm(".pushsection .rodata\n"                                                                          \
      ".globl kplane_table_" #name "\n.hidden kplane_table_" #name "\nkplane_table_" #name              \
      ":\n.incbin \"" KPLANE_TABLES_DIR "/" #name ".json\"\n.globl kplane_table_" #name                 \
      "_end\n.hidden kplane_table_" #name "_end\nkplane_table_" #name "_end:\n.byte 0\n.popsection\n"); \
  extern "C" __attribute__((visibility("hidden"))) const char kplane_table_##name[];                    \
  extern "C" __attribute__((visibility("hidden"))) const char kplane_table_##name##_end[];

#define KPLANE_TABLE(name) \
  { kplane_table_##name, static_cast<std::size_t>(kplane_table_##name##_end - kplane_table_##name) }

KPLANE_EMBED(defaults)
KPLANE_EMBED(presence)
KPLANE_EMBED(resources)
KPLANE_EMBED(strategies)
KPLANE_EMBED(columns)
KPLANE_EMBED(protobuf)
KPLANE_EMBED(types)
KPLANE_EMBED(validation)

namespace kplane::testing::server {

std::string_view table_text(Table table) {
  switch (table) {
    case Table::defaults:
      return KPLANE_TABLE(defaults);
    case Table::presence:
      return KPLANE_TABLE(presence);
    case Table::resources:
      return KPLANE_TABLE(resources);
    case Table::strategies:
      return KPLANE_TABLE(strategies);
    case Table::columns:
      return KPLANE_TABLE(columns);
    case Table::protobuf:
      return KPLANE_TABLE(protobuf);
    case Table::types:
      return KPLANE_TABLE(types);
    case Table::validation:
      return KPLANE_TABLE(validation);
  }
  return {};
}

nlohmann::json parse_table(Table table) { return nlohmann::json::parse(table_text(table)); }

}  // namespace kplane::testing::server
