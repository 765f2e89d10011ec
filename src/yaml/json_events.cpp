// nlohmann's SAX events have no positions, but its parser reads characters one by one from an iterator, which counts
// them.
#include "yaml/json_events.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "yaml/tree_builder.hpp"

namespace kplane::yaml {

namespace {

/// An iterator that reports its position to another object.
class WatchedIterator {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the standard's names
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  // NOLINTEND(readability-identifier-naming)

  WatchedIterator(const char* at, const char** watched) : at_(at), watched_(watched) {}

  reference operator*() const { return *at_; }
  WatchedIterator& operator++() {
    *watched_ = ++at_;
    return *this;
  }
  WatchedIterator operator++(int) {
    const WatchedIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const WatchedIterator& a, const WatchedIterator& b) { return a.at_ == b.at_; }
  friend bool operator!=(const WatchedIterator& a, const WatchedIterator& b) { return !(a == b); }

 private:
  const char* at_;
  const char** watched_;
};

class JsonEvents final : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonEvents(std::string_view text, TextPosition position)
      : text_(text), read_(text.data()), first_column_(position.column), line_(position.line) {
    builder_.start_document(1);
  }

  /// The position of a number that is too large.
  [[nodiscard]] const std::optional<TextPosition>& overflow() const noexcept { return overflow_; }

  /// How much of the text was read.
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(read_ - text_.data()); }

  [[nodiscard]] WatchedIterator begin() { return {text_.data(), &read_}; }
  [[nodiscard]] WatchedIterator end() { return {text_.data() + text_.size(), &read_}; }
  [[nodiscard]] TreePtr take_root() noexcept { return builder_.take_root(); }

  bool null() override { return add(NodeType::null, "null"); }
  bool boolean(bool value) override { return add(NodeType::boolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return add(NodeType::integer, std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add(NodeType::integer, std::to_string(value)); }
  bool number_float(number_float_t /*value*/, const string_t& text) override { return add(NodeType::real, text); }
  bool string(string_t& value) override { return add(NodeType::text, std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return begin(NodeType::map); }
  bool start_array(std::size_t /*size*/) override { return begin(NodeType::sequence); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& key) override {
    advance();
    builder_.set_key(std::move(key));
    return true;
  }
  bool parse_error(std::size_t /*offset*/, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow) overflow_ = advance();
    return false;
  }

 private:
  bool add(NodeType type, std::string text) {
    auto node = std::make_shared<TreeNode>();
    node->type = type;
    node->position = advance();
    node->weight += text.size();
    node->text = std::move(text);
    builder_.add(std::move(node));
    return true;
  }

  bool begin(NodeType type) {
    builder_.begin(type, advance());
    return true;
  }

  bool close() {
    advance();
    builder_.end();
    return true;
  }

  /// The start of the token that was read last.
  TextPosition advance() {
    const std::size_t token = std::min(text_.find_first_not_of(" \t\r\n,:", seen_), text_.size());
    for (; counted_ < token; ++counted_) {
      if (text_[counted_] != '\n') continue;
      ++line_;
      line_begin_ = counted_ + 1;
      first_column_ = 0;
    }
    seen_ = size();
    return {line_, first_column_ + token - line_begin_};
  }

  std::string_view text_;
  const char* read_;          // how far the parser has read
  std::size_t seen_ = 0;      // how far it had read at the previous event
  std::size_t counted_ = 0;   // lines are counted up to here
  std::size_t first_column_;  // of the current line
  std::size_t line_;
  std::size_t line_begin_ = 0;
  std::optional<TextPosition> overflow_;
  TreeBuilder builder_{0};
};

}  // namespace

JsonValue read_json(std::string_view text, TextPosition position, std::size_t document) {
  JsonEvents events(text, position);
  try {
    const bool is_json = nlohmann::json::sax_parse(events.begin(), events.end(), &events,
                                                   nlohmann::json::input_format_t::json, /*strict=*/false);
    if (is_json) return {events.take_root(), events.size()};
  } catch (const DocumentError&) {  // the YAML parser reports where the limit is exceeded
  }
  if (events.overflow()) throw DocumentError(document, *events.overflow(), "the number cannot be represented in JSON");
  return {nullptr, 0};
}

}  // namespace kplane::yaml
