#include "local_server/patch/typed_patch.hpp"

#include <set>
#include <utility>
#include <vector>

#include "local_server/base/json_text.hpp"
#include "local_server/patch/field_set.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMostProblems = 100;

// As Go's %#v shows it.
std::string go_syntax(const json& value) {
  if (value.is_null()) return "interface {}(nil)";
  if (!value.is_structured()) return to_text(value);
  std::string text;
  for (const auto& [name, child] : value.items()) {
    text += (text.empty() ? "" : ", ") + (value.is_object() ? quoted_text(name) + ":" : "") + go_syntax(child);
  }
  return std::string(go_type(value)) + "{" + text + "}";
}

std::string got(const json& value) { return ", got &{" + go_text(value) + "}"; }

/// What is wrong with the value as such; empty: nothing.
std::string value_problem(const json& value, ValueType type) {
  if (value.is_null()) return {};
  switch (type) {
    case ValueType::string:
      return value.is_string() ? "" : "expected string, got &value.valueUnstructured{Value:" + go_syntax(value) + "}";
    case ValueType::number:
      return value.is_number() ? "" : "expected numeric (int or float), got " + std::string(go_type(value));
    case ValueType::boolean:
      return value.is_boolean() ? "" : "expected boolean" + got(value);
    case ValueType::scalar:
      return value.is_structured() ? "expected any scalar" + got(value) : "";
    case ValueType::list:
      return value.is_array() ? "" : "expected list" + got(value);
    case ValueType::map:
      return value.is_object() ? "" : "expected map" + got(value);
    default:
      return {};
  }
}

std::string name_problem(const json& item, const MergeRules& list) {
  if (list.is_set()) {
    const std::string start = "associative list without keys has an element that's ";
    if (item.is_null()) return start + "an explicit null";
    if (item.is_object()) return start + "a map type";
    return "not supported: associative list with lists as elements";
  }
  const std::string start = "associative list with keys ";
  if (item.is_null()) return start + "may not have a null element";
  if (!item.is_object()) return start + "may not have non-map elements";
  return start + "has an element that omits all key fields (and doesn't have default values for any key fields)";
}

class TypedChecker {
 public:
  void check(const json& value, const MergeRules& rules) {
    std::string problem = value_problem(value, rules.type());
    if (!problem.empty()) return report(std::move(problem));
    if (value.is_object()) return check_members(value, rules);
    if (value.is_array()) check_items(value, rules);
  }

  [[nodiscard]] std::string text() const {
    if (problems_.size() < 2) return problems_.empty() ? "" : problems_[0];
    std::string text = "errors:";
    for (const auto& problem : problems_) text += "\n  " + problem;
    return text;
  }

 private:
  /// Adds to the path for as long as it lives.
  class Step {
   public:
    Step(std::string& path, const std::string& more) : path_(path), size_(path.size()) { path_ += more; }
    ~Step() { path_.resize(size_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    std::string& path_;
    std::size_t size_;
  };

  void report(std::string problem) {
    if (problems_.size() < kMostProblems) problems_.push_back(path_ + ": " + std::move(problem));
  }

  void check_members(const json& map, const MergeRules& rules) {
    for (const auto& [name, value] : map.items()) {
      const Step step(path_, "." + name);
      if (!rules.allows(name)) return report("field not declared in schema");
      check(value, rules.member(name));
    }
  }

  void check_items(const json& list, const MergeRules& rules) {
    const bool has_names = rules.is_keyed_list() || rules.is_set();
    std::set<std::string> names;
    for (std::size_t i = 0; i < list.size(); ++i) {
      std::string place = "[" + std::to_string(i) + "]";
      if (has_names) {
        const std::string name = rules.item_name(list[i]);
        if (name.empty()) return report("element " + std::to_string(i) + ": " + name_problem(list[i], rules));
        place = path_element(name);
        if (!names.insert(name).second) report("duplicate entries for key " + place);
      }
      const Step step(path_, place);
      check(list[i], rules.item());
    }
  }

  std::string path_;
  std::vector<std::string> problems_;
};

}  // namespace

std::string typed_patch_problem(const json& configuration, const MergeRules& rules) {
  TypedChecker checker;
  checker.check(configuration, rules);
  return checker.text();
}

}  // namespace kplane::testing::server
