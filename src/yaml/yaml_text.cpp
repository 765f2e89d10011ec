#include "yaml/yaml_text.hpp"

#include <algorithm>
#include <utility>

#include "yaml/yaml_encoding.hpp"

namespace kplane::yaml {

namespace {

/// The constraints that the first byte of a two- to four-byte character puts on the second.
struct Lead {
  std::size_t size;
  unsigned char from;
  unsigned char to;
};

// Restricted to exclude overlong encodings, surrogates, and code points beyond U+10FFFF.
std::optional<Lead> lead_of(unsigned char c) {
  if (c >= 0xc2 && c <= 0xdf) return Lead{2, 0x80, 0xbf};
  if (c == 0xe0) return Lead{3, 0xa0, 0xbf};
  if (c == 0xed) return Lead{3, 0x80, 0x9f};
  if (c >= 0xe1 && c <= 0xef) return Lead{3, 0x80, 0xbf};
  if (c == 0xf0) return Lead{4, 0x90, 0xbf};
  if (c == 0xf4) return Lead{4, 0x80, 0x8f};
  if (c >= 0xf1 && c <= 0xf3) return Lead{4, 0x80, 0xbf};
  return std::nullopt;
}

/// Whether it is a continuation byte.
bool is_trailing(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80; }

/// The size of the character at the start of the text; 0 when it is not UTF-8.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const auto lead = lead_of(byte(0));
  if (!lead || text.size() < lead->size || byte(1) < lead->from || byte(1) > lead->to) return 0;
  for (std::size_t i = 2; i < lead->size; ++i) {
    if (!is_trailing(text[i])) return 0;
  }
  return lead->size;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r'; }

/// Unlike YAML, kubectl also accepts `---# comment`.
bool is_marker(std::string_view line, std::string_view marker) {
  if (line.substr(0, marker.size()) != marker) return false;
  const std::string_view behind = line.substr(marker.size(), 1);
  return behind.empty() || std::string_view(" \t\r").find(behind) != std::string_view::npos ||
         (behind == "#" && marker == "---");
}

/// Whether the line is blank or a comment.
bool is_silent(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos || line[first] == '#';
}

/// Finds document boundaries line by line.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  [[nodiscard]] std::vector<DocumentText> split() {
    for (; at_ < text_.size(); ++line_) {
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      next_ = std::min(end + 1, text_.size());
      read_line(text_.substr(at_, end - at_));
      at_ = next_;
    }
    // Directives without a document are an error, which the parser reports.
    if (is_open_ || has_directives_) cut(text_.size());
    return std::move(found_);
  }

 private:
  void read_line(std::string_view line) {
    line = without_byte_order_mark(line);  // each of several concatenated files may have one
    if (is_marker(line, "---")) return open(line.substr(3));
    if (is_marker(line, "...")) return close();
    if (is_silent(line)) return;
    if (line.front() == '%' && !is_open_) {
      has_directives_ = true;
    } else {
      is_open_ = has_content_ = true;
    }
  }

  void open(std::string_view behind) {
    if (is_open_) cut(at_);
    is_open_ = true;
    has_content_ = !is_silent(behind);
    if (!has_content_ && !has_directives_) start(next_, line_ + 1);
  }

  void close() {
    if (is_open_ || has_directives_) cut(has_content_ ? next_ : at_);
    start(next_, line_ + 1);
  }

  void cut(std::size_t end) {
    found_.push_back({without_byte_order_mark(text_.substr(begin_, end - begin_)), {begin_line_, 0}});
    is_open_ = has_content_ = has_directives_ = false;
    start(end, line_);
  }

  void start(std::size_t begin, std::size_t line) {
    begin_ = begin;
    begin_line_ = line;
  }

  std::string_view text_;
  std::size_t at_ = 0;  // start of the line
  std::size_t next_ = 0;
  std::size_t line_ = 0;
  std::size_t begin_ = 0;  // start of the document
  std::size_t begin_line_ = 0;
  bool is_open_ = false;      // the document has begun
  bool has_content_ = false;  // other than whitespace and comments
  bool has_directives_ = false;
  std::vector<DocumentText> found_;
};

}  // namespace

TextPosition position_of(std::string_view text, std::size_t offset, TextPosition begin) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_end = before.rfind('\n');
  if (line_end == std::string_view::npos) return {begin.line, begin.column + offset};
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  return {begin.line + lines, offset - line_end - 1};
}

std::optional<TextFlaw> find_flaw(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (is_control(text[i])) return TextFlaw{i, "a control character"};
    const std::size_t size = character_size(text.substr(i));
    if (size == 0) return TextFlaw{i, "invalid UTF-8"};
    i += size;
  }
  return std::nullopt;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string_view with_line_feeds(std::string_view text, std::string& buffer) {
  std::size_t end = text.find("\r\n");
  if (end == std::string_view::npos) return text;
  std::string replaced;
  replaced.reserve(text.size());
  for (; end != std::string_view::npos; end = text.find("\r\n")) {
    replaced += text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  replaced += text;
  buffer = std::move(replaced);
  return buffer;
}

std::vector<DocumentText> split_documents(std::string_view text) { return Splitter(text).split(); }

std::size_t count_directives(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const bool is_directive = text.front() == '%';
    if (!is_directive && !is_silent(text.substr(0, end))) break;
    if (is_directive) ++count;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return count;
}

TextPosition TextCursor::position_of(std::size_t character) {
  go_to(character);
  return position_;
}

std::string_view TextCursor::text_at(std::size_t character) {
  go_to(character);
  return document_.text.substr(offset_);
}

void TextCursor::go_to(std::size_t character) {
  if (character < character_) *this = TextCursor(document_);
  while (character_ < character && offset_ < document_.text.size()) advance();
}

void TextCursor::advance() {
  const std::string_view text = document_.text;
  const std::size_t begin = offset_;
  do ++offset_;
  while (offset_ < text.size() && is_trailing(text[offset_]));
  ++character_;
  if (text[begin] == '\n') {
    position_ = {position_.line + 1, 0};
  } else {
    position_.column += offset_ - begin;
  }
}

}  // namespace kplane::yaml
