#include "cli/output/change_text.hpp"

#include <ostream>

#include "cli/output/shown.hpp"

namespace kplane::cli {

namespace {

constexpr std::size_t longest_value = 60;

struct Mark {
  char sign;
  std::string_view word;
  std::string_view colour;
};

Mark mark_of(ChangeType type) {
  if (type == ChangeType::added) return {'+', "added", "\x1b[32m"};
  if (type == ChangeType::removed) return {'-', "removed", "\x1b[31m"};
  return {'~', "modified", "\x1b[33m"};
}

std::string value_text(const std::optional<Object>& object, const std::string& pointer) {
  const std::optional<Object> value = object ? object->at(pointer) : std::nullopt;
  return value ? shown(value->raw(), longest_value) : std::string("(none)");
}

Json value_json(const std::optional<Object>& object, const std::string& pointer) {
  const std::optional<Object> value = object ? object->at(pointer) : std::nullopt;
  return value ? parse_ordered(value->raw()) : Json();
}

}  // namespace

std::string_view word_of(ChangeType type) { return mark_of(type).word; }

std::string type_name(const Change& change) {
  return change.group.empty() ? change.resource : change.resource + '.' + change.group;
}

bool is_secret(const Change& change) { return change.group.empty() && change.resource == "secrets"; }

void print_change(std::ostream& out, const Change& change, const ChangeStyle& style) {
  const Mark mark = mark_of(change.type);
  const std::string blanks(static_cast<std::size_t>(style.indentation), ' ');
  const std::string name = change.ns.empty() ? change.name : change.ns + '/' + change.name;
  out << blanks << (style.colours ? mark.colour : "") << mark.sign << ' ' << shown(type_name(change)) << ' '
      << shown(name) << (style.colours ? "\x1b[0m" : "") << '\n';
  for (const std::string& pointer : change.pointers) {
    out << blanks << "    " << shown(pointer);
    if (style.values && !is_secret(change))
      out << ": " << value_text(change.before, pointer) << " -> " << value_text(change.after, pointer);
    out << '\n';
  }
}

Json change_json(const Change& change) {
  Json told = {{"change", word_of(change.type)}, {"group", change.group}, {"resource", change.resource}};
  if (!change.ns.empty()) told["namespace"] = change.ns;
  told["name"] = change.name;
  if (change.type != ChangeType::modified) return told;
  told["fields"] = Json::array();
  for (const std::string& pointer : change.pointers) {
    Json field = {{"pointer", pointer}};
    if (!is_secret(change)) {
      field["before"] = value_json(change.before, pointer);
      field["after"] = value_json(change.after, pointer);
    }
    told["fields"].push_back(std::move(field));
  }
  return told;
}

}  // namespace kplane::cli
