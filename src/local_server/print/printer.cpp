#include "local_server/print/printer.hpp"

#include <map>
#include <utility>

#include "local_server/base/json_text.hpp"
#include "local_server/base/tables.hpp"
#include "local_server/print/json_path.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json column(const std::string& name, const std::string& type, const std::string& format,
                    const std::string& description, const json& priority) {
  return {{"name", name}, {"type", type}, {"format", format}, {"description", description}, {"priority", priority}};
}

class BuiltInPrinter : public Printer {
 public:
  BuiltInPrinter(const json& rows, const json& descriptions) {
    for (const auto& row : rows) {
      cells_.emplace_back(row[5].get<std::string>());
      const std::string name = row[0];
      if (name.empty()) continue;  // a cell without a column, which a real server has too
      std::string description = row[4];
      if (description.rfind('$', 0) == 0) description = descriptions[description.substr(1)];
      columns_.push_back(column(name, row[1], row[2], description, row[3]));
    }
  }
  [[nodiscard]] const ordered_json& columns() const override { return columns_; }
  [[nodiscard]] json cells(const json& object) const override {
    json row = json::array();
    for (const auto& cell : cells_) row.push_back(cell.of(object));
    return row;
  }

 private:
  ordered_json columns_ = ordered_json::array();
  std::vector<Cell> cells_;
};

json typed_cell(const std::string& type, const json& value) {
  if (type == "integer" && value.is_number()) return value.get<std::int64_t>();
  if (type == "number" && value.is_number()) return value;
  if (type == "boolean" && value.is_boolean()) return value;
  if (type == "string" && !value.is_null()) return value.is_string() ? value : json(to_text(value));
  if (type != "date" || !value.is_string()) return nullptr;
  std::int64_t ignored = 0;
  const auto& text = value.get_ref<const std::string&>();
  return parse_time(text, ignored) ? age_of(text) : "<invalid>";
}

class CustomPrinter : public Printer {
 public:
  CustomPrinter(const json& definitions, const json& descriptions) {
    columns_.push_back(column("Name", "string", "name", descriptions["name"], 0));
    for (const auto& definition : definitions) {
      const std::string path = string_member(definition, "jsonPath");
      std::string description = string_member(definition, "description");
      if (description.empty()) description = "Custom resource definition column (in JSONPath format): " + path;
      const std::string type = string_member(definition, "type");
      const json priority = definition.value("priority", json(0));
      columns_.push_back(column(string_member(definition, "name"), type, string_member(definition, "format"),
                                description, priority.is_number_integer() ? priority : json(0)));
      cells_.emplace_back(type, path);
    }
  }
  [[nodiscard]] const ordered_json& columns() const override { return columns_; }
  [[nodiscard]] json cells(const json& object) const override {
    json row = json::array({string_at(object, ".metadata.name")});
    for (const auto& [type, path] : cells_) {
      const json* value = find_by_json_path(object, path);
      row.push_back(value == nullptr ? json() : typed_cell(type, *value));
    }
    return row;
  }

 private:
  ordered_json columns_ = ordered_json::array();
  std::vector<std::pair<std::string, std::string>> cells_;  // type and path
};

using Printers = std::map<std::string, std::shared_ptr<const Printer>>;

struct PrinterTable {
  json descriptions{};
  Printers printers{};
};

const PrinterTable& columns_table() {
  static const PrinterTable read = [] {
    json columns = parse_table(Table::columns);
    PrinterTable made;
    made.descriptions = std::move(columns["descriptions"]);
    for (const auto& [kind, rows] : columns["columns"].items()) {
      made.printers.emplace(kind, std::make_shared<BuiltInPrinter>(rows, made.descriptions));
    }
    return made;
  }();
  return read;
}

/// Of a type that says nothing of its columns.
const json& age_column() {
  static const json columns = json::array({{{"name", "Age"},
                                            {"type", "date"},
                                            {"description", columns_table().descriptions["created"]},
                                            {"jsonPath", ".metadata.creationTimestamp"}}});
  return columns;
}

}  // namespace

std::shared_ptr<const Printer> printer_of(const ResourceType& type, const std::string& api_version,
                                          const std::string& kind) {
  const auto found = columns_table().printers.find(api_version + "/" + kind);
  if (found != columns_table().printers.end()) return found->second;
  const bool has_columns = type.printer_columns != nullptr && !type.printer_columns->empty();
  return std::make_shared<CustomPrinter>(has_columns ? *type.printer_columns : age_column(),
                                         columns_table().descriptions);
}

}  // namespace kplane::testing::server
