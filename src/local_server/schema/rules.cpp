#include "local_server/schema/rules.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include "local_server/base/json_text.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/base/tables.hpp"
#include "local_server/types/formats.hpp"
#include "local_server/types/quantity.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

const json kNull;
const json kEmpty = json::object();

const ordered_json& table() {
  static const ordered_json parsed = ordered_json::parse(table_text(Table::validation));
  return parsed;
}

std::vector<std::string> texts(const ordered_json& argument) {
  if (argument.is_string()) return {argument.get<std::string>()};
  return argument.get<std::vector<std::string>>();
}

// Appends a string or nothing (`true`) to a fixed text.
std::string with_detail(const std::string& start, const ordered_json& argument) {
  return argument.is_string() ? start + ": " + argument.get<std::string>() : start;
}

void report_formats(const Subject& subject, const std::string& field, const std::string& text,
                    const ordered_json& formats) {
  for (const auto& name : texts(formats)) {
    for (const auto& problem : find_format(name)(text)) subject.invalid_at(field, text, problem);
  }
}

void check_required(const Subject& subject, const ordered_json& argument) {
  if (is_unset(subject.value)) subject.add("FieldValueRequired", with_detail("Required value", argument));
}

void check_require(const Subject& subject, const ordered_json& argument) {
  subject.add("FieldValueRequired", with_detail("Required value", argument));
}

void check_forbidden(const Subject& subject, const ordered_json& argument) {
  if (subject.value.is_null() || subject.value == json(false)) return;
  subject.add("FieldValueForbidden", with_detail("Forbidden", argument));
}

void check_invalid(const Subject& subject, const ordered_json& argument) {
  subject.invalid(argument.get_ref<const std::string&>());
}

void check_range(const Subject& subject, const ordered_json& argument) {
  if (!subject.value.is_number()) return;
  const auto value = subject.value.get<std::int64_t>();
  const auto least = argument[0].get<std::int64_t>();
  const bool bounded = argument.size() > 1 && argument[1].is_number();
  if (value >= least && !(bounded && value > argument[1].get<std::int64_t>())) return;
  if (argument.size() > 2) return subject.invalid(argument[2].get_ref<const std::string&>());
  const std::string low = std::to_string(least);
  subject.invalid(bounded ? "must be between " + low + " and " + argument[1].dump() + ", inclusive"
                          : "must be greater than or equal to " + low);
}

// `metadata.labels['app']` is one of the labels.
ordered_json without_subscript(const json& value) {
  if (!value.is_string()) return value;
  const auto& text = value.get_ref<const std::string&>();
  return text.substr(0, text.find("['"));
}

void report_unsupported(const Subject& subject, const json& value, const ordered_json& supported) {
  std::string list;
  for (const auto& one : supported) list += (list.empty() ? "" : ", ") + to_text(one);
  subject.add("FieldValueNotSupported", "Unsupported value: " + subject.shown(value) + ": supported values: " + list);
}

void check_enum(const Subject& subject, const ordered_json& supported) {
  const json& value = subject.value;
  const auto check = [&](const json& one) {
    if (std::find(supported.begin(), supported.end(), without_subscript(one)) != supported.end()) return;
    report_unsupported(subject, one, supported);
  };
  if (!value.is_array()) return check(value);
  for (const auto& one : value) check(one);
}

void check_format(const Subject& subject, const ordered_json& formats) {
  if (subject.value.is_string()) {
    report_formats(subject, subject.path.text(), subject.value.get_ref<const std::string&>(), formats);
  }
}

void check_keys(const Subject& subject, const ordered_json& formats) {
  if (!subject.value.is_object()) return;
  for (const auto& [key, value] : subject.value.items()) report_formats(subject, subject.path.text(), key, formats);
}

void check_keys_at(const Subject& subject, const ordered_json& formats) {
  if (!subject.value.is_object()) return;
  for (const auto& [key, value] : subject.value.items()) {
    report_formats(subject, subject.path.key(key).text(), key, formats);
  }
}

void check_values(const Subject& subject, const ordered_json& formats) {
  if (!subject.value.is_structured()) return;
  for (const auto& value : subject.value) {
    if (value.is_string()) report_formats(subject, subject.path.text(), value.get<std::string>(), formats);
  }
}

void check_unique(const Subject& subject, const ordered_json& argument) {
  if (!subject.value.is_array()) return;
  std::set<json> seen;
  for (std::size_t i = 0; i < subject.value.size(); ++i) {
    const FieldPath item = subject.path.item(i);
    const bool by_member = argument.is_string();
    const json& value =
        by_member ? member_or_null(subject.value[i], argument.get_ref<const std::string&>()) : subject.value[i];
    if (is_unset(value) || seen.insert(value).second) continue;
    const std::string field = by_member ? item.text() + "." + argument.get<std::string>() : item.text();
    subject.add_at(field, "FieldValueDuplicate", "Duplicate value: " + to_text(value));
  }
}

void check_most(const Subject& subject, const ordered_json& argument) {
  if (subject.value.size() > argument[0].get<std::size_t>()) subject.invalid(argument[1].get<std::string>());
}

void check_text_most(const Subject& subject, const ordered_json& argument) {
  const bool is_long =
      subject.value.is_string() && subject.value.get_ref<const std::string&>().size() > argument.get<std::size_t>();
  if (is_long) subject.invalid("can have at most " + argument.dump() + " characters");
}

// A cause that the table spells out: its reason and its text.
void add_spelled(const Subject& subject, const std::string& field, const ordered_json& cause) {
  const auto reason = cause[0].get<std::string>();
  const auto text = cause[1].get<std::string>();
  if (reason == "Invalid") return subject.invalid_at(field, subject.value, text);
  const bool required = reason == "Required";
  subject.add_at(field, required ? "FieldValueRequired" : "FieldValueForbidden",
                 (required ? "Required value: " : "Forbidden: ") + text);
}

void check_one_of(const Subject& subject, const ordered_json& argument) {
  std::vector<std::string> found;
  for (const auto& name : argument.at("of")) {
    const json& one = member_or_null(subject.value, name.get_ref<const std::string&>());
    if (!one.is_null()) found.push_back(name);
  }
  if (found.empty() && argument.contains("none")) add_spelled(subject, subject.path.text(), argument["none"]);
  for (std::size_t i = 1; i < found.size() && argument.contains("many"); ++i) {
    const bool at_field = argument["many"].size() < 3;
    add_spelled(subject, at_field ? subject.path.member(found[i]).text() : subject.path.text(), argument["many"]);
  }
}

void check_port(const Subject& subject, const ordered_json&) {
  static const ordered_json range = {1, 65535};
  static const ordered_json name = "port_name";
  subject.value.is_string() ? check_format(subject, name) : check_range(subject, range);
}

void check_count_or_percent(const Subject& subject, const ordered_json&) {
  static const ordered_json range = {0};
  static const ordered_json percent = "percent";
  subject.value.is_string() ? check_format(subject, percent) : check_range(subject, range);
}

void check_amount(const Subject& subject, const ordered_json& argument) {
  const auto amount = quantity_of(subject.value);
  if (!amount) return;
  if (amount->nano() <= 0) subject.invalid(argument.get<std::string>());
}

void check_above(const Subject& subject, const ordered_json& argument) {
  const json& other = member_or_null(subject.owner, argument[0].get_ref<const std::string&>());
  const auto least = (other.is_number() ? other.get<std::int64_t>() : argument[1].get<std::int64_t>()) +
                     argument[2].get<std::int64_t>();
  if (subject.value.is_number() && subject.value.get<std::int64_t>() < least) {
    subject.invalid(argument[3].get<std::string>());
  }
}

void check_only_keys(const Subject& subject, const ordered_json& supported) {
  const json& value = subject.value;
  const bool good = value.is_object() && value.size() == supported.size() &&
                    std::all_of(supported.begin(), supported.end(),
                                [&](const ordered_json& key) { return value.contains(key.get<std::string>()); });
  if (!good) report_unsupported(subject, value, supported);
}

Check find_check(const std::string& name) {
  static const std::map<std::string, Check> checks = {
      {"above", check_above},       {"amount", check_amount},       {"countOrPercent", check_count_or_percent},
      {"enum", check_enum},         {"forbidden", check_forbidden}, {"format", check_format},
      {"invalid", check_invalid},   {"keys", check_keys},           {"keysAt", check_keys_at},
      {"most", check_most},         {"oneOf", check_one_of},        {"onlyKeys", check_only_keys},
      {"port", check_port},         {"range", check_range},         {"require", check_require},
      {"required", check_required}, {"textMost", check_text_most},  {"unique", check_unique},
      {"values", check_values}};
  const auto found = checks.find(name);
  const Check check = found != checks.end() ? found->second : find_special_check(name);
  if (check == nullptr) throw std::logic_error("validation.json names an unknown check: " + name);
  return check;
}

/// A step of a path such as `ports[].name`.
struct Step {
  enum class Kind { member, each, key } kind = Kind::member;
  std::string name{};
};

std::vector<Step> parse_path(std::string_view text) {
  std::vector<Step> steps;
  while (!text.empty()) {
    const bool bracket = text[0] == '[';
    if (text[0] == '.') text.remove_prefix(1);
    const std::size_t end = bracket ? text.find(']') : std::min(text.find_first_of(".["), text.size());
    const std::string name(bracket ? text.substr(1, end - 1) : text.substr(0, end));
    if (bracket) steps.push_back({name.empty() ? Step::Kind::each : Step::Kind::key, name});
    if (!bracket && !name.empty()) steps.push_back({Step::Kind::member, name});
    text.remove_prefix(bracket ? end + 1 : end);
  }
  return steps;
}

/// Calls `visit(value, parent, path)` for each value that the rest of a path leads to; an absent one is null.
template <typename Visit>
void walk(const json& value, const json& parent, const FieldPath& path, const Step* step, const Step* end,
          const Visit& visit) {
  if (step == end) return visit(value, parent, path);
  if (step->kind != Step::Kind::each) {
    const bool is_key = step->kind == Step::Kind::key;
    const FieldPath below = is_key ? path.key(step->name) : path.member(step->name);
    return walk(member_or_null(value, step->name), value, below, step + 1, end, visit);
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) walk(item, value, path.key(key), step + 1, end, visit);
  }
  if (!value.is_array()) return;
  for (std::size_t i = 0; i < value.size(); ++i) walk(value[i], value, path.item(i), step + 1, end, visit);
}

// Whether a value matches a condition.
bool matches(const json& value, const ordered_json& wanted) {
  if (wanted == "<set>") return !is_unset(value);
  if (wanted == "<unset>") return is_unset(value);
  if (wanted == "<text>") return value.is_string();
  if (wanted == "<several>") return value.size() > 1;
  if (wanted.is_array() && !wanted.empty()) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const ordered_json& one) { return matches(value, one); });
  }
  const bool compares = wanted.is_object() && !wanted.empty();
  if (!compares) return ordered_json(value) == wanted;
  if (wanted.contains("starts")) {
    return value.is_string() && value.get_ref<const std::string&>().rfind(wanted["starts"].get<std::string>(), 0) == 0;
  }
  const auto amount = quantity_of(value);
  const bool above = wanted.contains("above");
  if (!amount) return false;
  const auto bound = Quantity::parse(wanted[above ? "above" : "below"].dump()).nano();
  return above ? amount->nano() > bound : amount->nano() < bound;
}

/// One member of `when`.
struct Condition {
  std::vector<Step> path{};
  ordered_json wanted{};

  [[nodiscard]] bool holds(const json& object) const {
    bool found = false;
    walk(object, object, {}, path.data(), path.data() + path.size(),
         [&](const json& value, const json&, const FieldPath&) { found = found || matches(value, wanted); });
    return found;
  }
};

using Conditions = std::vector<Condition>;

Conditions conditions_of(const ordered_json& rule, const char* member) {
  Conditions conditions;
  const auto found = rule.find(member);
  if (found == rule.end()) return conditions;
  for (const auto& [path, wanted] : found->items()) conditions.push_back({parse_path(path), wanted});
  return conditions;
}

bool all_hold(const Conditions& conditions, const json& object) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& one) { return one.holds(object); });
}

/// One entry of the table: a path, and the checks of the values there.
struct Rule {
  std::vector<Step> path{};
  Conditions when{};    // of the object that has the rule
  Conditions unless{};  // the same: the rule does not apply when they hold
  Conditions where{};   // of the object that the value is a member of
  const ordered_json* is = nullptr;
  const ordered_json* isnt = nullptr;
  json absent{};  // what an absent value counts as
  bool checks_unset = false;
  bool on_create = false;
  std::optional<std::string> at{};
  std::vector<std::pair<Check, const ordered_json*>> checks{};
  const ordered_json* entry = nullptr;
};

bool is_modifier(const std::string& name) {
  static const std::set<std::string> modifiers = {"when",   "unless", "where", "is",   "isnt",
                                                  "absent", "at",     "on",    "show", "enter"};
  return modifiers.count(name) != 0;
}

bool takes_unset(const std::string& check) {
  static const std::set<std::string> takers = {"require", "required", "oneOf", "invalid", "onlyKeys"};
  return takers.count(check) != 0 || find_special_check(check) != nullptr;
}

// One rule, or a list of them. They live as long as the table: a rule keeps its entry.
template <typename Visit>
void for_each_rule(const ordered_json& rules, const Visit& visit) {
  if (!rules.is_array()) return visit(rules);
  for (const auto& rule : rules) visit(rule);
}

Rule parse_rule(const std::string& path, const ordered_json& entry) {
  Rule rule;
  rule.path = parse_path(path);
  rule.when = conditions_of(entry, "when");
  rule.unless = conditions_of(entry, "unless");
  rule.where = conditions_of(entry, "where");
  rule.on_create = entry.contains("on");
  rule.entry = &entry;
  const auto condition_of = [&](const char* member) { return entry.contains(member) ? &entry[member] : nullptr; };
  rule.is = condition_of("is");
  rule.isnt = condition_of("isnt");
  if (entry.contains("absent")) {
    rule.absent = entry["absent"];
    rule.checks_unset = true;
  }
  if (entry.contains("at")) rule.at = entry["at"].get<std::string>();
  for (const auto& [name, argument] : entry.items()) {
    if (is_modifier(name)) continue;
    rule.checks.emplace_back(find_check(name), &argument);
    rule.checks_unset = rule.checks_unset || takes_unset(name);
  }
  return rule;
}

/// The rules of a type, and where in it there are more.
struct Node {
  std::vector<Rule> rules{};
  struct Below {
    const Field* field = nullptr;
    const Node* node = nullptr;
    bool always = false;  // even when the field is absent
  };
  std::vector<Below> below{};
  std::set<std::string, std::less<>> entered{};
  bool hides_metadata = false;  // a template's metadata is not part of the paths below it
};

class Rules {
 public:
  Rules() {
    for (const auto& [name, entries] : table().at("types").items()) {
      const Type* type = find_type(name);
      if (type == nullptr) throw std::logic_error("validation.json names an unknown type: " + name);
      add_rules(*type, entries);
    }
    for (const auto& type : built_in_types()) {
      if (const Type* known = find_type(type.group, type.version, type.kind)) connect(*known);
    }
    if (const Type* metadata = find_type("meta.v1.ObjectMeta")) connect(*metadata);
  }

  [[nodiscard]] const Node* find(const Type& type) const {
    const auto found = nodes_.find(&type);
    return found == nodes_.end() || !found->second.matters ? nullptr : &found->second.node;
  }

 private:
  struct Entry {
    Node node{};
    bool connected = false;
    bool matters = false;
  };

  void add_rules(const Type& type, const ordered_json& entries) {
    Entry& entry = nodes_[&type];
    entry.matters = true;
    entry.node.hides_metadata = type.name == "core.v1.PodTemplateSpec";
    for (const auto& [path, rules] : entries.items()) {
      for_each_rule(rules, [&, &where = path](const ordered_json& rule) {
        if (rule.contains("enter")) {
          entry.node.entered.insert(where);
        } else {
          entry.node.rules.push_back(parse_rule(where, rule));
        }
      });
    }
  }

  static const Type* type_below(const Shape& shape) {
    const Shape* below = &shape;
    while (below->item != nullptr) below = below->item.get();
    return below->type;
  }

  /// @return whether there is anything to check in a value of the type
  bool connect(const Type& type) {
    Entry& entry = nodes_[&type];
    if (entry.connected) return entry.matters;
    entry.connected = true;
    for (const auto& [name, field] : type.fields) {
      const Type* below = type_below(field.shape);
      if (below == nullptr || !connect(*below)) continue;
      entry.matters = true;
      const bool always = entry.node.entered.count(name) != 0;
      entry.node.below.push_back({&field, &nodes_[below].node, always});
    }
    return entry.matters;
  }

  std::map<const Type*, Entry> nodes_;
};

const Rules& all_rules() {
  static const Rules rules;
  return rules;
}

/// Checks one object and its contents.
class Checker {
 public:
  Checker(const json& root, const json* before, std::vector<Cause>& causes)
      : root_(root), before_(before), causes_(causes) {}

  void check(const Node& node, const FieldPath& path, const json& object) {
    for (const Rule& rule : node.rules) {
      if (rule.on_create && before_ != nullptr) continue;
      if (!all_hold(rule.when, object) || (!rule.unless.empty() && all_hold(rule.unless, object))) continue;
      apply(rule, path, object);
    }
    for (const auto& [field, below, always] : node.below) {
      const json& value = member_or_null(object, field->name);
      const bool hidden = node.hides_metadata && field->name == "metadata";
      const json& entered = always && value.is_null() ? kEmpty : value;
      check_below(*below, hidden ? path : path.member(field->name), entered, field->shape);
    }
  }

 private:
  void apply(const Rule& rule, const FieldPath& owner_path, const json& owner) {
    walk(owner, owner, owner_path, rule.path.data(), rule.path.data() + rule.path.size(),
         [&](const json& found, const json& parent, const FieldPath& path) {
           const json& value = found.is_null() ? rule.absent : found;
           if (!rule.checks_unset && is_unset(value)) return;
           if (rule.is != nullptr && !matches(value, *rule.is)) return;
           if (rule.isnt != nullptr && matches(value, *rule.isnt)) return;
           if (!all_hold(rule.where, parent)) return;
           if (!rule.at) return run(rule, value, owner, path);
           const std::string at = with_index(*rule.at, path);
           run(rule, value, owner, at.empty() ? owner_path : owner_path.member(at));
         });
  }

  static std::string with_index(std::string at, const FieldPath& path) {
    const std::size_t place = at.find('#');
    if (place == std::string::npos) return at;
    const FieldPath* item = &path;
    while (item->parent != nullptr && !item->index) item = item->parent;
    return at.replace(place, 1, std::to_string(item->index.value_or(0)));
  }

  // Stops at the first check that fails.
  void run(const Rule& rule, const json& value, const json& owner, const FieldPath& path) {
    const Subject subject{value, path, owner, root_, before_, *rule.entry, causes_};
    const std::size_t count = causes_.size();
    for (const auto& [check, argument] : rule.checks) {
      check(subject, *argument);
      if (causes_.size() != count) return;
    }
  }

  void check_below(const Node& node, const FieldPath& path, const json& value, const Shape& shape) {
    if (shape.item == nullptr) {
      if (value.is_object()) check(node, path, value);
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) check_below(node, path.item(i), value[i], *shape.item);
    } else if (value.is_object()) {
      for (const auto& [key, item] : value.items()) check_below(node, path.key(key), item, *shape.item);
    }
  }

  const json& root_;
  const json* before_;
  std::vector<Cause>& causes_;
};

/// Gives `to` what `from` has at a path that may change; lists are compared item by item.
void take(const json& from, json& to, const Step* step, const Step* end) {
  if (step->kind == Step::Kind::each) {
    if (!to.is_array() || !from.is_array() || from.size() != to.size()) return;
    for (std::size_t i = 0; i < to.size(); ++i) take(from[i], to[i], step + 1, end);
    return;
  }
  if (!to.is_object()) return;
  if (step + 1 != end) {
    if (to.contains(step->name)) take(member_or_null(from, step->name), to[step->name], step + 1, end);
    return;
  }
  const json& value = member_or_null(from, step->name);
  if (value.is_null()) {
    to.erase(step->name);
  } else {
    to[step->name] = value;
  }
}

/// One entry of `changes`: what is immutable, and exceptions from that.
struct ChangeRule {
  std::vector<Step> path{};
  Conditions when{};   // of the object before
  Conditions after{};  // of the object that takes its place
  std::vector<std::vector<Step>> free{};
  bool partly = false;  // some of it may change
  bool once = false;    // what was never set may be set
  const ordered_json* entry = nullptr;
  std::string field{};
};

ChangeRule parse_change_rule(const std::string& path, const ordered_json& entry) {
  ChangeRule rule;
  rule.path = parse_path(path);
  rule.when = conditions_of(entry, "when");
  rule.after = conditions_of(entry, "after");
  rule.partly = entry.contains("except");
  rule.once = entry.contains("once");
  rule.entry = &entry;
  rule.field = entry.value("at", path);
  if (rule.partly) {
    for (const auto& free : entry["except"]) rule.free.push_back(parse_path(free.get_ref<const std::string&>()));
  }
  return rule;
}

/// By the name of a type.
using ChangeRules = std::map<std::string, std::vector<ChangeRule>, std::less<>>;

const ChangeRules& all_change_rules() {
  static const ChangeRules rules = [] {
    ChangeRules parsed;
    for (const auto& [type, entries] : table().at("changes").items()) {
      for (const auto& [path, list] : entries.items()) {
        for_each_rule(list, [&, &name = type, &where = path](const ordered_json& entry) {
          parsed[name].push_back(parse_change_rule(where, entry));
        });
      }
    }
    return parsed;
  }();
  return rules;
}

json only_fixed(const json& before, json after, const ChangeRule& rule) {
  for (const auto& steps : rule.free) take(before, after, steps.data(), steps.data() + steps.size());
  return after;
}

void check_change_rule(const ChangeRule& rule, const json& before, const json& after, std::vector<Cause>& causes) {
  if (!all_hold(rule.when, before) || !all_hold(rule.after, after)) return;
  const auto value_of = [&](const json& object) {
    const json* value = &object;
    for (const auto& step : rule.path) value = &member_or_null(*value, step.name);
    return value;
  };
  const json& old_value = *value_of(before);
  const json& value = *value_of(after);
  if (rule.once && is_unset(old_value)) return;
  if (rule.partly ? only_fixed(old_value, value, rule) == old_value
                  : value == old_value || (is_unset(value) && is_unset(old_value))) {
    return;
  }
  const ordered_json& entry = *rule.entry;
  if (entry.contains("forbidden")) {
    causes.push_back({"FieldValueForbidden", "Forbidden: " + entry["forbidden"].get<std::string>(), rule.field});
    return;
  }
  causes.push_back({"FieldValueInvalid",
                    "Invalid value: " + to_text(value) + ": " + entry.value("invalid", "field is immutable"),
                    rule.field});
}

}  // namespace

std::string FieldPath::text() const {
  const std::string start = parent == nullptr ? "" : parent->text();
  if (index) return start + "[" + std::to_string(*index) + "]";
  if (is_key) return start + "[" + std::string(name) + "]";
  return start + (start.empty() || name.empty() ? "" : ".") + std::string(name);
}

void Subject::add_at(const std::string& field, const char* reason, const std::string& message) const {
  causes.push_back({reason, message, field});
}

void Subject::invalid(const std::string& problem) const { invalid_at(path.text(), value, problem); }

void Subject::invalid_at(const std::string& field, const json& shown, const std::string& problem) const {
  add_at(field, "FieldValueInvalid", "Invalid value: " + this->shown(shown) + ": " + problem);
}

std::string Subject::shown(const json& other) const {
  const auto instead = rule.find("show");
  if (instead == rule.end()) return to_text(other);
  auto text = instead->get<std::string>();
  const std::size_t place = text.find('$');
  return place == std::string::npos ? text : text.replace(place, 1, to_text(other));
}

std::optional<Quantity> quantity_of(const json& value) {
  if (!value.is_number() && !value.is_string()) return std::nullopt;
  try {
    return Quantity::parse(value.is_string() ? value.get<std::string>() : value.dump());
  } catch (const QuantityError&) {
    return std::nullopt;
  }
}

bool is_unset(const json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return value.is_null() || (value.is_array() && value.empty());
}

const ordered_json& validation_list(const char* name) { return table().at("lists").at(name); }

const ordered_json& validation_names() { return table().at("names"); }

void check_rules(const Type& type, const FieldPath& path, const json& value, const json* before,
                 std::vector<Cause>& causes) {
  const Node* node = all_rules().find(type);
  if (node == nullptr || !value.is_object()) return;
  Checker(value, before, causes).check(*node, path, value);
}

void check_change_rules(const Type& type, const json& before, const json& after, std::vector<Cause>& causes) {
  const auto found = all_change_rules().find(type.name);
  if (found == all_change_rules().end()) return;
  for (const auto& rule : found->second) check_change_rule(rule, before, after, causes);
}

}  // namespace kplane::testing::server
