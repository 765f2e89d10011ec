#include "yaml/yaml.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <kplane/error.hpp>

#include "yaml/json_events.hpp"
#include "yaml/tree_builder.hpp"
#include "yaml/yaml_encoding.hpp"
#include "yaml/yaml_events.hpp"
#include "yaml/yaml_text.hpp"

namespace kplane::yaml {

namespace {

// The limit for aliases: far more than a request to a server may contain, and than ordinary use of anchors adds.
constexpr std::size_t free_budget = std::size_t{4} * 1024 * 1024;
constexpr std::size_t budget_per_byte = 8;

std::size_t alias_budget(std::string_view text) { return free_budget + budget_per_byte * text.size(); }

/// The document that a line belongs to, from 1.
std::size_t document_of(std::string_view text, std::size_t line) {
  const std::vector<DocumentText> documents = split_documents(text);
  const auto behind = std::find_if(documents.begin(), documents.end(),
                                   [line](const DocumentText& document) { return document.begin.line > line; });
  return std::max<std::size_t>(static_cast<std::size_t>(behind - documents.begin()), 1);
}

void check_size(std::string_view text) {
  if (text.size() > most_yaml_bytes) throw DocumentError(1, {}, "the text is longer than 32 MiB");
}

void check_characters(std::string_view text) {
  const std::optional<TextFlaw> flaw = find_flaw(text);
  if (!flaw) return;
  const TextPosition position = position_of(text, flaw->offset);
  throw DocumentError(document_of(text, position.line), position, flaw->what);
}

/// @param buffer as in as_utf8()
std::string_view checked_text(std::string_view text, std::string& buffer) {
  check_size(text);
  text = as_utf8(text, buffer);
  check_size(text);
  check_characters(text);
  return text;
}

std::size_t skip_blanks(std::string_view text, std::size_t from) {
  return std::min(text.find_first_not_of(" \t\r\n", from), text.size());
}

bool may_be_json(std::string_view text) {
  const std::string_view first = text.substr(skip_blanks(text, 0), 1);
  return first == "{" || first == "[";
}

/// The whitespace that kubectl skips after a JSON object: up to the end of its line.
std::size_t skip_line_end(std::string_view text) {
  const std::size_t end = skip_blanks(text, 0);
  return std::min(text.find('\n'), end) == end ? end : text.find('\n') + 1;
}

/// The text as one value in JSON; nullptr when it is not JSON as a whole.
TreePtr read_whole_json(const DocumentText& document, std::size_t number) {
  if (!may_be_json(document.text)) return nullptr;
  const JsonValue value = read_json(document.text, document.begin, number);
  return value.root && skip_blanks(document.text, value.size) == document.text.size() ? value.root : nullptr;
}

class StreamReader {
 public:
  StreamReader(std::size_t budget, const DocumentFunction& fn) : builder_(budget), fn_(fn) {}

  void read(const DocumentText& document) {
    ++number_;
    if (const TreePtr whole = read_whole_json(document, number_)) return fn_(number_, *whole);
    const DocumentText rest = read_objects(document);
    const TreePtr root = read_yaml(rest, number_, Remainder::refused, builder_);
    if (root && root->type != NodeType::null) fn_(number_, *root);
  }

 private:
  /// Reads consecutive JSON objects. @return the text after them, which kubectl reads as YAML
  DocumentText read_objects(DocumentText document) {
    while (document.text.substr(skip_blanks(document.text, 0), 1) == "{") {
      const JsonValue value = read_json(document.text, document.begin, number_);
      if (!value.root) break;
      fn_(number_++, *value.root);
      const std::size_t end = value.size + skip_line_end(document.text.substr(value.size));
      document = {document.text.substr(end), position_of(document.text, end, document.begin)};
    }
    return document;
  }

  TreeBuilder builder_;
  std::size_t number_ = 0;
  const DocumentFunction& fn_;
};

}  // namespace

void read_documents(std::string_view text, const DocumentFunction& fn) {
  std::string buffer;
  text = with_line_feeds(checked_text(text, buffer), buffer);
  StreamReader reader(alias_budget(text), fn);
  for (const DocumentText& document : split_documents(text)) reader.read(document);
}

TreePtr read_first_document(std::string_view text) {
  std::string buffer;
  text = checked_text(text, buffer);
  const std::vector<DocumentText> documents = split_documents(text);
  if (documents.empty()) return nullptr;
  const DocumentText& document = documents.front();
  if (TreePtr whole = read_whole_json(document, 1)) return whole;
  TreeBuilder builder(alias_budget(text));
  TreePtr root = read_yaml(document, 1, Remainder::ignored, builder);
  return root && root->type != NodeType::null ? root : nullptr;
}

std::string yaml_to_json(std::string_view yaml) {
  try {
    const TreePtr root = read_first_document(yaml);
    return root ? to_json(*root) : "null";
  } catch (const DocumentError& error) {
    throw ConfigError("not YAML: line " + std::to_string(error.position().line + 1) + ", column " +
                      std::to_string(error.position().column + 1) + ": " + error.what());
  }
}

}  // namespace kplane::yaml
