// What is checked before a text is parsed, and which parser reads it.
#include "config/yaml.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <kplane/error.hpp>

#include "config/json_events.hpp"
#include "config/yaml_text.hpp"

namespace kplane::config {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// The document that a line belongs to, from 1.
std::size_t document_of(std::string_view text, std::size_t line) {
  const std::vector<std::size_t> starts = document_lines(text);
  const auto behind = std::upper_bound(starts.begin(), starts.end(), line);
  return std::max<std::size_t>(static_cast<std::size_t>(behind - starts.begin()), 1);
}

void check_text(std::string_view text) {
  if (text.size() > most_yaml_bytes) throw DocumentError(1, {}, "the text is longer than 32 MiB");
  const std::optional<TextFlaw> flaw = find_flaw(text);
  if (!flaw) return;
  const TextPosition position = position_of(text, flaw->offset);
  throw DocumentError(document_of(text, position.line), position, flaw->what);
}

bool may_be_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

void read_documents(std::string_view text, const DocumentFunction& fn) {
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
  check_text(text);
  if (const TreePtr json = may_be_json(text) ? read_json(text) : nullptr) return fn(1, *json);
  read_yaml_documents(text, fn);
}

std::string yaml_to_json(std::string_view yaml) {
  std::string json;
  try {
    read_documents(yaml, [&json](std::size_t number, const TreeNode& root) {
      if (number == 1) json = to_json(root);
    });
  } catch (const DocumentError& error) {
    throw ConfigError("not YAML: line " + std::to_string(error.position().line + 1) + ", column " +
                      std::to_string(error.position().column + 1) + ": " + error.what());
  }
  return json.empty() ? "null" : json;
}

}  // namespace kplane::config
