// Preprocessing of a YAML stream: invalid characters and document boundaries.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "yaml/tree.hpp"

namespace kplane::yaml {

/// The position of a byte. @param begin position of the text
[[nodiscard]] TextPosition position_of(std::string_view text, std::size_t offset, TextPosition begin = {});

[[nodiscard]] bool is_utf8(std::string_view text);

struct TextFlaw {
  std::size_t offset;
  const char* what;
};

/// The first byte that is not UTF-8, or a control character other than tab and line ends.
[[nodiscard]] std::optional<TextFlaw> find_flaw(std::string_view text);

/// With `\n` instead of `\r\n`, which keeps all positions. @param buffer holds the result if it differs
[[nodiscard]] std::string_view with_line_feeds(std::string_view text, std::string& buffer);

/// A part of a stream with one document, or several consecutive JSON ones.
struct DocumentText {
  std::string_view text;  ///< without its `---`, unless the line contains something else, or follows directives
  TextPosition begin;     ///< of the text
};

/// Splits a stream where kubectl does, at lines that begin with `---`, and at `...`. A part with only comments and
/// blank lines is not a document unless it follows `---`.
[[nodiscard]] std::vector<DocumentText> split_documents(std::string_view text);

/// The number of `%` lines before a document.
[[nodiscard]] std::size_t count_directives(std::string_view text);

/// Finds positions by the number of characters from the start of a text. Fast for increasing positions.
class TextCursor {
 public:
  explicit TextCursor(const DocumentText& document) : document_(document), position_(document.begin) {}

  [[nodiscard]] TextPosition position_of(std::size_t character);
  /// The text starting at a character.
  [[nodiscard]] std::string_view text_at(std::size_t character);

 private:
  void go_to(std::size_t character);
  void advance();

  DocumentText document_;
  TextPosition position_;
  std::size_t character_ = 0;
  std::size_t offset_ = 0;
};

}  // namespace kplane::yaml
