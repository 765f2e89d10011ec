#include "local_server/types/types.hpp"

#include <utility>

#include "local_server/base/characters.hpp"
#include "local_server/base/tables.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Kind = Shape::Kind;

constexpr std::string_view kList = "[]";
constexpr std::string_view kMap = "map[string]";

struct Types {
  std::string version{};
  std::map<std::string, Type, std::less<>> by_name{};
  std::map<std::string, const Type*, std::less<>> by_kind{};
};

bool drop_prefix(std::string_view& text, std::string_view prefix) {
  if (!starts_with(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

Kind scalar_kind(std::string_view name) {
  static const std::map<std::string_view, Kind> kinds = {
      {"string", Kind::string},        {"int32", Kind::int32},
      {"int64", Kind::int64},          {"number", Kind::number},
      {"boolean", Kind::boolean},      {"bytes", Kind::bytes},
      {"Quantity", Kind::quantity},    {"Time", Kind::time},
      {"MicroTime", Kind::micro_time}, {"IntOrString", Kind::int_or_string}};
  const auto found = kinds.find(name);
  return found == kinds.end() ? Kind::any : found->second;
}

Shape shape_of(const Types& types, std::string_view text) {
  const bool is_list = drop_prefix(text, kList);
  if (is_list || drop_prefix(text, kMap)) {
    return {is_list ? Kind::list : Kind::map, nullptr, std::make_unique<const Shape>(shape_of(types, text))};
  }
  const auto type = types.by_name.find(text);
  if (type != types.by_name.end()) return {Kind::object, &type->second, nullptr};
  return {scalar_kind(text), nullptr, nullptr};
}

ListType list_type_of(const json& entry) {
  const std::string list = entry.value("list", "");
  if (list == "set") return ListType::set;
  return list == "map" ? ListType::map : ListType::atomic;
}

Field field_of(const Types& types, const std::string& name, const json& entry) {
  Field field;
  field.name = name;
  if (entry.is_string()) {
    field.shape = shape_of(types, entry.get_ref<const std::string&>());
    return field;
  }
  field.shape = shape_of(types, entry.at("is").get_ref<const std::string&>());
  field.required = entry.value("required", false);
  field.atomic = entry.value("atomic", false);
  field.atomic_items = entry.value("atomicItems", false);
  field.list = list_type_of(entry);
  field.keys = entry.value("keys", std::vector<std::string>{});
  field.merge_key = entry.value("mergeKey", "");
  field.merge = entry.value("merge", false);
  field.retain_keys = entry.value("retainKeys", false);
  if (entry.contains("default")) field.default_value = entry["default"];
  field.values = entry.value("enum", std::vector<std::string>{});
  return field;
}

// A note of tables/presence.json, such as `*v1.PullPolicy`.
void take_note(Field& field, std::string_view note) {
  field.always = drop_prefix(note, "!");
  field.pointer = drop_prefix(note, "*");
  field.go_type = note;
}

void load_presence(Types& types) {
  const json table = parse_table(Table::presence);
  for (const auto& [name, notes] : table.at("types").items()) {
    Type& type = types.by_name.find(name)->second;
    for (const auto& [field, note] : notes.items()) {
      Field& noted = type.fields.find(field)->second;
      take_note(noted, note.get_ref<const std::string&>());
      if (noted.always) type.always.push_back(&noted);
    }
  }
}

Types load_types() {
  const json table = parse_table(Table::types);
  Types types;
  types.version = table.at("version");
  // First all names, since types refer to one another; a map's elements stay where they are.
  for (const auto& [name, fields] : table.at("types").items()) types.by_name[name].name = name;
  for (const auto& [name, fields] : table["types"].items()) {
    for (const auto& [field, entry] : fields.items()) {
      types.by_name[name].fields.emplace(field, field_of(types, field, entry));
    }
  }
  for (const auto& [kind, name] : table.at("kinds").items()) {
    types.by_kind[kind] = &types.by_name.find(name.get<std::string>())->second;
  }
  load_presence(types);
  return types;
}

const Types& all_types() {
  static const Types types = load_types();
  return types;
}

}  // namespace

const Type* find_type(std::string_view name) {
  const auto found = all_types().by_name.find(name);
  return found == all_types().by_name.end() ? nullptr : &found->second;
}

const Type* find_type(const std::string& group, const std::string& version, const std::string& kind) {
  const auto found = all_types().by_kind.find((group.empty() ? "" : group + "/") + version + "/" + kind);
  return found == all_types().by_kind.end() ? nullptr : found->second;
}

const std::string& types_version() { return all_types().version; }

}  // namespace kplane::testing::server
