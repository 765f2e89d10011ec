#include "local_server/store/label_selector.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "local_server/base/characters.hpp"

namespace kplane::testing::server {
namespace {

using Operator = LabelRequirement::Operator;

constexpr std::string_view kSymbols = "=!(),><";
constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::size_t kMaxNameLength = 63;
constexpr std::size_t kMaxPrefixLength = 253;

[[noreturn]] void fail(std::string_view found, const std::string& expected) {
  throw SelectorError("found '" + std::string(found) + "', expected: " + expected);
}

/// One word of a selector: a symbol such as `!=`, a name, or, with empty text, the end.
struct Token {
  std::string_view text{};
  bool symbol = false;

  [[nodiscard]] bool is_end() const { return text.empty(); }
  [[nodiscard]] bool is_name() const { return !symbol && !is_end(); }
  [[nodiscard]] bool is(std::string_view wanted) const { return symbol && text == wanted; }
};

std::size_t token_length(std::string_view text) {
  const bool symbol = kSymbols.find(text.front()) != std::string_view::npos;
  if (symbol) return text.substr(0, 2) == "==" || text.substr(0, 2) == "!=" ? 2 : 1;
  return std::min(text.find_first_of(std::string(kSymbols) + std::string(kSpaces)), text.size());
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
    if (text.empty()) return tokens;
    const std::size_t length = token_length(text);
    tokens.push_back({text.substr(0, length), kSymbols.find(text.front()) != std::string_view::npos});
    text.remove_prefix(length);
  }
}

bool is_name_text(std::string_view text) {
  if (text.empty() || !is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_prefix_part(std::string_view part) {
  if (part.empty() || part.front() == '-' || part.back() == '-') return false;
  return std::all_of(part.begin(), part.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'; });
}

bool is_prefix(std::string_view prefix) {
  if (prefix.size() > kMaxPrefixLength) return false;
  while (true) {
    const std::size_t dot = prefix.find('.');
    if (!is_prefix_part(prefix.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    prefix.remove_prefix(dot + 1);
  }
}

std::string invalid_value(const std::string& path, std::string_view value, const std::string& problem) {
  return path + ": Invalid value: \"" + std::string(value) + "\": " + problem;
}

void check_key(std::string_view key) {
  const std::size_t slash = key.find('/');
  const std::string_view name = slash == std::string_view::npos ? key : key.substr(slash + 1);
  if (slash != std::string_view::npos && !is_prefix(key.substr(0, slash))) {
    throw SelectorError(invalid_value(
        "<nil>", key,
        "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
        "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"));
  }
  if (name.size() > kMaxNameLength) {
    throw SelectorError(invalid_value("<nil>", key, "name part must be no more than 63 bytes"));
  }
  if (!is_name_text(name)) {
    throw SelectorError(invalid_value(
        "<nil>", key,
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"));
  }
}

void check_value(const std::string& key, const std::string& value) {
  const std::string path = "values[0][" + key + "]";
  if (value.size() > kMaxNameLength) throw SelectorError(invalid_value(path, value, "must be no more than 63 bytes"));
  if (value.empty() || is_name_text(value)) return;
  throw SelectorError(invalid_value(
      path, value,
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
      "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
      "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"));
}

std::optional<std::int64_t> integer_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool takes_bound(Operator op) { return op == Operator::greater_than || op == Operator::less_than; }

void check_requirement(const LabelRequirement& requirement) {
  for (const auto& value : requirement.values) {
    if (takes_bound(requirement.op) && !integer_of(value)) {
      throw SelectorError(invalid_value("values[0]", value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    }
    check_value(requirement.key, value);
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(tokens_of(text)) {}

  std::vector<LabelRequirement> parse() {
    std::vector<LabelRequirement> requirements;
    while (!peek().is_end()) {
      if (!peek().is_name() && !peek().is("!")) fail(peek().text, "!, identifier, or 'end of string'");
      requirements.push_back(requirement());
      if (peek().is_end()) break;
      if (!peek().is(",")) fail(peek().text, "',' or 'end of string'");
      take();
      if (!peek().is_name() && !peek().is("!")) fail(peek().text, "identifier after ','");
    }
    return requirements;
  }

 private:
  [[nodiscard]] Token peek() const { return next_ < tokens_.size() ? tokens_[next_] : Token{}; }
  Token take() {
    const Token token = peek();
    ++next_;
    return token;
  }
  [[nodiscard]] bool at_boundary() const { return peek().is_end() || peek().is(","); }

  LabelRequirement requirement() {
    try {
      LabelRequirement parsed = unchecked_requirement();
      check_requirement(parsed);
      return parsed;
    } catch (const SelectorError& error) {
      throw SelectorError(std::string("unable to parse requirement: ") + error.what());
    }
  }

  LabelRequirement unchecked_requirement() {
    const bool negated = peek().is("!");
    if (negated) take();
    const Token key = take();
    if (!key.is_name()) fail(key.text, "identifier");
    check_key(key.text);
    if (negated) return {std::string(key.text), Operator::does_not_exist, {}};
    if (at_boundary()) return {std::string(key.text), Operator::exists, {}};
    return comparison(std::string(key.text));
  }

  LabelRequirement comparison(std::string key) {
    const Token op = take();
    if (op.is("=") || op.is("==")) return {std::move(key), Operator::in, {exact_value()}};
    if (op.is("!=")) return {std::move(key), Operator::not_in, {exact_value()}};
    if (op.is(">")) return {std::move(key), Operator::greater_than, {exact_value()}};
    if (op.is("<")) return {std::move(key), Operator::less_than, {exact_value()}};
    if (op.text == "in") return {std::move(key), Operator::in, value_set()};
    if (op.text == "notin") return {std::move(key), Operator::not_in, value_set()};
    fail(op.text, "in, notin, =, ==, !=, gt, lt");
  }

  std::string exact_value() {
    if (at_boundary()) return {};
    const Token value = take();
    if (!value.is_name()) fail(value.text, "identifier");
    return std::string(value.text);
  }

  // A missing value is the empty string: `(a,)` has two values, `()` has one.
  std::set<std::string> value_set() {
    const Token open = take();
    if (!open.is("(")) throw SelectorError("found '" + std::string(open.text) + "' expected: '('");
    if (!peek().is_name() && !peek().is(",") && !peek().is(")")) fail(peek().text, "',', ')' or identifier");
    std::set<std::string> values;
    while (true) {
      values.emplace(peek().is_name() ? take().text : std::string_view{});
      const Token separator = take();
      if (separator.is(")")) return values;
      if (!separator.is(",")) fail(separator.text, "',' or ')'");
    }
  }

  std::vector<Token> tokens_;
  std::size_t next_ = 0;
};

bool within_bound(const LabelRequirement& requirement, const std::string& value) {
  const auto number = integer_of(value);
  const auto bound = integer_of(*requirement.values.begin());
  if (!number || !bound) return false;
  return requirement.op == Operator::greater_than ? *number > *bound : *number < *bound;
}

// An object without the label is not in any set of values: `!=` and `notin` select it.
bool holds(const LabelRequirement& requirement, const std::optional<std::string>& value) {
  switch (requirement.op) {
    case Operator::exists:
      return value.has_value();
    case Operator::does_not_exist:
      return !value;
    case Operator::in:
      return value && requirement.values.count(*value) > 0;
    case Operator::not_in:
      return !value || requirement.values.count(*value) == 0;
    default:
      return value && within_bound(requirement, *value);
  }
}

std::optional<std::string> label(const nlohmann::json& labels, const std::string& key) {
  const auto found = labels.find(key);
  if (found == labels.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace

LabelSelector::LabelSelector(std::string_view text) : requirements_(Parser(text).parse()) {}

bool LabelSelector::matches(const nlohmann::json& labels) const {
  return std::all_of(requirements_.begin(), requirements_.end(), [&](const LabelRequirement& requirement) {
    return holds(requirement, label(labels, requirement.key));
  });
}

}  // namespace kplane::testing::server
