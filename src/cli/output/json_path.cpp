#include "cli/output/json_path.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

namespace kplane::cli {

namespace {

using Values = std::vector<const Json*>;

constexpr std::size_t deepest = 32;  // ranges within ranges, filters within filters

[[noreturn]] void refuse(const std::string& problem) { throw ConfigError("jsonpath: " + problem); }

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '/' || c == '$';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool takes(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// A quoted text at the beginning, with its escapes read.
std::string take_quoted(std::string_view& text) {
  const char quote = text.front();
  std::string read;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      text.remove_prefix(i + 1);
      return read;
    }
    if (text[i] != '\\' || i + 1 == text.size()) {
      read += text[i];
      continue;
    }
    ++i;
    read += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
  }
  refuse("a quoted text does not end");
}

/// Up to the bracket that closes one that was just opened, outside of quotes; takes that bracket too.
std::string_view take_until(std::string_view& text, char open, char close) {
  std::size_t depth = 1;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == open) {
      ++depth;
    } else if (c == close && --depth == 0) {
      const std::string_view inside = text.substr(0, i);
      text.remove_prefix(i + 1);
      return inside;
    }
  }
  refuse(std::string("a '") + close + "' is missing");
}

void add_children(Values& found, const Json& value) {
  if (!value.is_structured()) return;
  for (const Json& child : value) found.push_back(&child);
}

void add_field(Values& found, const Json& value, const std::string& name) {
  if (!value.is_object()) return;
  const auto field = value.find(name);
  if (field != value.end()) found.push_back(&*field);
}

void add_descendants(Values& found, const Json& value, const std::string& name) {
  add_field(found, value, name);
  if (!value.is_structured()) return;
  for (const Json& child : value) add_descendants(found, child, name);
}

std::optional<std::ptrdiff_t> whole_number(std::string_view text) {
  std::ptrdiff_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Where an index, which counts from the end when it is negative, lies among `size` elements.
std::ptrdiff_t position(std::ptrdiff_t index, std::size_t size) {
  return index < 0 ? index + static_cast<std::ptrdiff_t>(size) : index;
}

void add_element(Values& found, const Json& value, std::ptrdiff_t index) {
  if (!value.is_array()) return;
  const std::ptrdiff_t at = position(index, value.size());
  if (at >= 0 && at < static_cast<std::ptrdiff_t>(value.size())) found.push_back(&value[static_cast<std::size_t>(at)]);
}

void add_slice(Values& found, const Json& value, std::string_view from, std::string_view to) {
  const auto first = from.empty() ? std::optional<std::ptrdiff_t>(0) : whole_number(from);
  const auto last = to.empty() ? std::optional<std::ptrdiff_t>(PTRDIFF_MAX) : whole_number(to);
  if (!first || !last) refuse("a slice needs whole numbers: [1:3]");
  if (!value.is_array()) return;
  const std::ptrdiff_t end =
      std::min<std::ptrdiff_t>(position(*last, value.size()), static_cast<std::ptrdiff_t>(value.size()));
  for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(position(*first, value.size()), 0); i < end; ++i)
    found.push_back(&value[static_cast<std::size_t>(i)]);
}

Values resolve(std::string_view path, const Json& root, const Json& current, std::size_t depth);

/// One side of a comparison: a path, or a literal.
std::optional<Json> operand(std::string_view text, const Json& root, const Json& current, std::size_t depth) {
  text = trimmed(text);
  if (text.empty()) refuse("a filter lacks a side of its comparison");
  if (text.front() == '"' || text.front() == '\'') return Json(take_quoted(text));
  if (text.front() == '@' || text.front() == '$' || text.front() == '.') {
    const Values found = resolve(text, root, current, depth + 1);
    return found.empty() ? std::nullopt : std::optional<Json>(*found.front());
  }
  Json literal = Json::parse(text, nullptr, false);
  if (literal.is_discarded()) refuse("a filter compares with a path, a number, true, false, null or quoted text");
  return literal;
}

struct Comparison {
  std::string_view left;
  std::string_view sign;
  std::string_view right;
};

std::optional<Comparison> comparison_in(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == quote) quote = 0;
      continue;
    }
    if (text[i] == '"' || text[i] == '\'') quote = text[i];
    for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (text.substr(i, sign.size()) == sign) return Comparison{text.substr(0, i), sign, text.substr(i + sign.size())};
    }
  }
  return std::nullopt;
}

bool compares(const Json& left, std::string_view sign, const Json& right) {
  if (sign == "==") return left == right;
  if (sign == "!=") return left != right;
  const bool comparable = (left.is_number() && right.is_number()) || (left.is_string() && right.is_string());
  if (!comparable) return false;
  if (sign == "<") return left < right;
  if (sign == "<=") return left <= right;
  if (sign == ">") return left > right;
  return left >= right;
}

bool passes(std::string_view filter, const Json& root, const Json& element, std::size_t depth) {
  const std::optional<Comparison> comparison = comparison_in(filter);
  if (!comparison) return !resolve(trimmed(filter), root, element, depth + 1).empty();
  const std::optional<Json> left = operand(comparison->left, root, element, depth);
  const std::optional<Json> right = operand(comparison->right, root, element, depth);
  if (!left || !right) return false;
  return compares(*left, comparison->sign, *right);
}

void add_bracket(Values& found, std::string_view inside, const Json& root, const Json& value, std::size_t depth) {
  inside = trimmed(inside);
  if (inside.empty()) refuse("[] is empty");
  if (inside == "*") return add_children(found, value);
  if (inside.front() == '"' || inside.front() == '\'') return add_field(found, value, take_quoted(inside));
  if (takes(inside, "?(")) {
    if (inside.empty() || inside.back() != ')') refuse("a filter ends with ')]'");
    inside.remove_suffix(1);
    if (!value.is_array()) return;
    for (const Json& element : value) {
      if (passes(inside, root, element, depth)) found.push_back(&element);
    }
    return;
  }
  const std::size_t colon = inside.find(':');
  if (colon != std::string_view::npos)
    return add_slice(found, value, inside.substr(0, colon), inside.substr(colon + 1));
  const std::optional<std::ptrdiff_t> index = whole_number(inside);
  if (!index) refuse("[" + std::string(inside) + "] is no index, slice, filter or quoted field");
  add_element(found, value, *index);
}

std::string take_name(std::string_view& path) {
  std::string name;
  while (!path.empty() && (is_name_character(path.front()) || (path.front() == '\\' && path.size() > 1))) {
    if (path.front() == '\\') path.remove_prefix(1);  // as kubectl: `\.` is a dot in a name
    name += path.front();
    path.remove_prefix(1);
  }
  if (name.empty()) refuse("a field's name is missing after '.'");
  return name;
}

Values step(std::string_view& path, const Values& values, const Json& root, std::size_t depth) {
  Values found;
  if (takes(path, "[")) {
    const std::string_view inside = take_until(path, '[', ']');
    for (const Json* value : values) add_bracket(found, inside, root, *value, depth);
    return found;
  }
  if (takes(path, "..")) {
    const std::string name = take_name(path);
    for (const Json* value : values) add_descendants(found, *value, name);
    return found;
  }
  if (!takes(path, ".")) refuse("unexpected '" + std::string(path.substr(0, 1)) + "'");
  if (path.empty()) return values;  // `{.}`
  if (path.front() == '[') return values;
  if (takes(path, "*")) {
    for (const Json* value : values) add_children(found, *value);
    return found;
  }
  const std::string name = take_name(path);
  for (const Json* value : values) add_field(found, *value, name);
  return found;
}

Values resolve(std::string_view path, const Json& root, const Json& current, std::size_t depth) {
  if (depth > deepest) refuse("it is nested too deeply");
  Values values = {&current};
  if (takes(path, "$")) {
    values = {&root};
  } else {
    takes(path, "@");
  }
  while (!path.empty()) values = step(path, values, root, depth);
  return values;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return json_text(value);
}

void append_results(std::string& out, const Values& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ' ';
    out += text_of(*values[i]);
  }
}

/// The part of a template up to the `{end}` of a range that was just opened; takes the `{end}` too.
std::string_view take_range(std::string_view& text) {
  std::string_view rest = text;
  std::size_t open = 1;
  while (!rest.empty()) {
    if (!takes(rest, "{")) {
      rest.remove_prefix(1);
      continue;
    }
    const std::size_t before = text.size() - rest.size() - 1;
    const std::string_view inside = trimmed(take_until(rest, '{', '}'));
    if (inside.substr(0, 6) == "range ") ++open;
    if (inside == "end" && --open == 0) {
      const std::string_view body = text.substr(0, before);
      text = rest;
      return body;
    }
  }
  refuse("{range} has no {end}");
}

void expand(std::string& out, std::string_view text, const Json& root, const Json& current, std::size_t depth) {
  if (depth > deepest) refuse("it is nested too deeply");
  while (!text.empty()) {
    if (!takes(text, "{")) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    std::string_view inside = trimmed(take_until(text, '{', '}'));
    if (takes(inside, "range ")) {
      const std::string_view body = take_range(text);
      for (const Json* element : resolve(trimmed(inside), root, current, depth))
        expand(out, body, root, *element, depth + 1);
    } else if (inside == "end") {
      refuse("{end} without {range}");
    } else if (!inside.empty() && (inside.front() == '"' || inside.front() == '\'')) {
      out += take_quoted(inside);
    } else {
      append_results(out, resolve(inside, root, current, depth));
    }
  }
}

}  // namespace

std::string json_path(std::string_view text, const Json& value) {
  std::string out;
  expand(out, text, value, value, 0);
  return out;
}

}  // namespace kplane::cli
