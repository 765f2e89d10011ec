// Handles keys, anchors and merges.
#include "yaml/yaml_events.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "yaml/yaml_encoding.hpp"
#include "yaml/yaml_parser.hpp"
#include "yaml/yaml_scalar.hpp"

namespace kplane::yaml {

namespace {

// libyaml compares each `%TAG` with all earlier ones.
constexpr std::size_t most_directives = 100;

std::string_view view_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

/// Whether a scalar for which libyaml reports no tag has the tag `!`, which makes it a string.
bool has_non_specific_tag(std::string_view text) {
  if (text.substr(0, 1) == "&") {
    text.remove_prefix(std::min(text.find_first_of(" \t\r\n"), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  }
  return text.substr(0, 1) == "!";
}

class DocumentEvents {
 public:
  DocumentEvents(const DocumentText& document, const AmendedText& amended, std::size_t number, Remainder remainder,
                 TreeBuilder& builder)
      : amended_(amended),
        parser_(document, amended, remainder == Remainder::refused),
        number_(number),
        remainder_(remainder),
        builder_(builder) {}

  [[nodiscard]] TreePtr read() {
    builder_.start_document(number_);
    next();  // the start of the stream
    if (next().type == YAML_STREAM_END_EVENT) return nullptr;
    while (next().type != YAML_DOCUMENT_END_EVENT) handle(parser_.event());
    if (remainder_ == Remainder::refused && next().type != YAML_STREAM_END_EVENT) {
      builder_.fail(parser_.position(), "unexpected text after the end of the document");
    }
    return builder_.take_root();
  }

  /// Amends the text where it is not YAML. @return false when that is not possible
  [[nodiscard]] bool amend(AmendedText& amended) { return is_broken_ && parser_.amend(amended); }

 private:
  struct Anchor {
    std::size_t opened;  // its number in the document
    TreePtr value;       // nullptr inside the value itself
  };
  struct Open {
    std::string anchor;
    std::size_t opened;
  };

  const yaml_event_t& next() {
    if (parser_.next()) return parser_.event();
    is_broken_ = true;
    throw DocumentError(number_, parser_.error_position(), parser_.error_reason());
  }

  void handle(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_ALIAS_EVENT:
        return add_alias(std::string(view_of(event.data.alias.anchor)));
      case YAML_SCALAR_EVENT:
        return add_scalar(event);
      case YAML_SEQUENCE_START_EVENT:
        return begin(NodeType::sequence, view_of(event.data.sequence_start.anchor));
      case YAML_MAPPING_START_EVENT:
        return begin(NodeType::map, view_of(event.data.mapping_start.anchor));
      default:  // the end of either
        return end();
    }
  }

  void add_alias(const std::string& name) {
    const TextPosition position = parser_.position();
    const auto anchor = anchors_.find(name);
    if (anchor == anchors_.end()) builder_.fail(position, "an alias without an anchor");
    const TreePtr& value = anchor->second.value;
    if (!value) builder_.fail(position, "an alias inside the value of its own anchor");
    builder_.spend(value->weight, position);
    if (builder_.wants_key()) {
      refuse_collection_as_key(value->type, position);
      return set_key({value->type, value->text}, position);
    }
    if (value->type == NodeType::real) check_value({value->type, value->text}, position);
    builder_.add_again(value, position);
  }

  void add_scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    const TextPosition position = parser_.position();
    const bool is_plain = data.style == YAML_PLAIN_SCALAR_STYLE;
    const ScalarTag tag{view_of(data.tag),
                        is_plain && data.plain_implicit != 0 && !has_non_specific_tag(parser_.text())};
    std::string text(reinterpret_cast<const char*>(data.value), data.length);
    amended_.restore(text);
    if (text == "<<" && tag.may_be_merge() && builder_.wants_key()) return builder_.set_merge();
    auto scalar = resolve_scalar(tag, text);
    if (!scalar) builder_.fail(position, "the value does not match its tag");
    add(*scalar, position, std::string(view_of(data.anchor)));
  }

  void add(const Scalar& scalar, TextPosition position, std::string anchor) {
    auto node = std::make_shared<TreeNode>();
    node->type = scalar.type;
    node->position = position;
    node->weight += scalar.text.size();
    node->text = scalar.text;
    if (builder_.wants_key()) {
      set_key(scalar, position);
    } else {
      check_value(scalar, position);
      builder_.add(node);
    }
    if (!anchor.empty()) anchors_[std::move(anchor)] = {++opened_, std::move(node)};
  }

  void begin(NodeType type, std::string_view anchor) {
    const TextPosition position = parser_.position();
    if (builder_.wants_key()) refuse_collection_as_key(type, position);
    builder_.begin(type, position);
    open_.push_back({std::string(anchor), ++opened_});
    if (!anchor.empty()) anchors_[open_.back().anchor] = {opened_, nullptr};
  }

  void end() {
    const Open closed = std::move(open_.back());
    open_.pop_back();
    TreePtr value = builder_.end();
    if (closed.anchor.empty()) return;
    Anchor& anchor = anchors_[closed.anchor];
    if (anchor.opened == closed.opened) anchor.value = std::move(value);  // otherwise the name has been redefined
  }

  void set_key(const Scalar& scalar, TextPosition position) {
    auto key = key_of(scalar);
    if (!key) builder_.fail(position, "a key is null");
    builder_.set_key(*std::move(key));
  }

  void check_value(const Scalar& scalar, TextPosition position) const {
    if (is_beyond_json(scalar)) builder_.fail(position, "the number cannot be represented in JSON");
  }

  void refuse_collection_as_key(NodeType type, TextPosition position) const {
    if (type == NodeType::sequence || type == NodeType::map) builder_.fail(position, "a key is a list or a map");
  }

  const AmendedText& amended_;
  YamlParser parser_;
  bool is_broken_ = false;
  std::size_t number_;
  Remainder remainder_;
  TreeBuilder& builder_;
  std::unordered_map<std::string, Anchor> anchors_;
  std::size_t opened_ = 0;
  std::vector<Open> open_;
};

/// libyaml skips a byte order mark at the beginning of a line, and then treats the rest as indented.
void check_byte_order_marks(const DocumentText& document, std::size_t number) {
  const std::string line_begin = std::string("\n").append(byte_order_mark);
  const std::size_t found = document.text.find(line_begin);
  if (found == std::string_view::npos) return;
  throw DocumentError(number, position_of(document.text, found + 1, document.begin), "a byte order mark in a document");
}

}  // namespace

TreePtr read_yaml(const DocumentText& document, std::size_t number, Remainder remainder, TreeBuilder& builder) {
  if (count_directives(document.text) > most_directives) {
    throw DocumentError(number, document.begin, "more than " + std::to_string(most_directives) + " directives");
  }
  check_byte_order_marks(document, number);
  const TreeBuilder before = builder;  // restored before a retry, which must have the same limits
  for (AmendedText amended(document.text);;) {
    DocumentEvents events(document, amended, number, remainder, builder);
    try {
      return events.read();
    } catch (const DocumentError&) {
      if (!events.amend(amended)) throw;
      builder = before;
    }
  }
}

}  // namespace kplane::yaml
