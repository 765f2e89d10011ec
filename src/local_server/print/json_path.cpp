#include "local_server/print/json_path.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::string_view kQuotes = "'\"";

/// A name up to an unescaped dot or bracket; taken off the path.
std::string take_name(std::string_view& path) {
  std::string name;
  while (!path.empty() && path.front() != '.' && path.front() != '[') {
    if (path.front() == '\\' && path.size() > 1) path.remove_prefix(1);
    name += path.front();
    path.remove_prefix(1);
  }
  return name;
}

/// What stands between brackets; taken off the path. Quoted brackets belong to it.
std::string take_bracket(std::string_view& path) {
  char quote = 0;
  std::size_t end = 1;
  for (; end < path.size() && (quote != 0 || path[end] != ']'); ++end) {
    if (quote != 0 && path[end] == quote) {
      quote = 0;
    } else if (quote == 0 && kQuotes.find(path[end]) != std::string_view::npos) {
      quote = path[end];
    }
  }
  std::string inside(path.substr(1, end - 1));
  path.remove_prefix(std::min(end + 1, path.size()));
  return inside;
}

std::string unquoted(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  const bool is_quoted = text.size() > 1 && kQuotes.find(text.front()) != std::string_view::npos;
  if (is_quoted) text = text.substr(1, text.size() - 2);
  std::string plain;
  for (const char c : text) {
    if (!is_quoted || c != '\\') plain += c;
  }
  return plain;
}

const json* member_of(const json& object, const std::string& name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? &*found : nullptr;
}

const json* find(const json& value, std::string_view path);

/// `?(@.type=="Ready")`
bool passes(const json& item, const std::string& filter) {
  const std::size_t at = filter.find('@');
  const std::size_t equals = filter.find("==");
  const std::size_t end = filter.find_last_of(')');
  if (at == std::string::npos || equals == std::string::npos || end == std::string::npos || end < equals) return false;
  const std::string left = unquoted(filter.substr(at + 1, equals - at - 1));
  const std::string wanted = unquoted(std::string_view(filter).substr(equals + 2, end - equals - 2));
  const json* value = find(item, left);
  if (value == nullptr) return false;
  return (value->is_string() ? value->get<std::string>() : to_text(*value)) == wanted;
}

const json* first_found(const json& items, const std::string& filter, std::string_view rest) {
  if (!items.is_structured()) return nullptr;
  for (const auto& item : items) {
    if (filter != "*" && !passes(item, filter)) continue;
    if (const json* found = find(item, rest)) return found;
  }
  return nullptr;
}

const json* item_at(const json& list, const std::string& text) {
  std::ptrdiff_t index = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), index);
  if (read.ec != std::errc{} || !list.is_array()) return nullptr;
  const auto size = static_cast<std::ptrdiff_t>(list.size());
  if (index < 0) index += size;
  return index >= 0 && index < size ? &list[static_cast<std::size_t>(index)] : nullptr;
}

const json* find(const json& value, std::string_view path) {
  const json* found = &value;
  while (!path.empty() && found != nullptr) {
    if (path.front() != '[') {
      if (path.front() == '.') path.remove_prefix(1);
      if (path.empty() || path.front() == '[') continue;
      found = member_of(*found, take_name(path));
      continue;
    }
    const std::string inside = take_bracket(path);
    if (inside == "*" || inside.rfind('?', 0) == 0) return first_found(*found, inside, path);
    const bool is_name = !inside.empty() && kQuotes.find(inside.front()) != std::string_view::npos;
    found = is_name ? member_of(*found, unquoted(inside)) : item_at(*found, inside);
  }
  return found;
}

}  // namespace

const json* find_by_json_path(const json& object, const std::string& path) { return find(object, path); }

}  // namespace kplane::testing::server
