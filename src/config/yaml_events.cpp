// What yaml-cpp's events mean for a tree: keys, anchors, merges.
#include "config/yaml_events.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "config/tree_builder.hpp"
#include "config/yaml_scalar.hpp"
#include "config/yaml_text.hpp"

namespace kplane::config {

namespace {

// Far more than one request to a server may hold; an ordinary anchor that is used often stays below it.
constexpr std::size_t free_budget = std::size_t{4} * 1024 * 1024;
constexpr std::size_t budget_per_byte = 8;

TextPosition position_of_mark(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column)};
}

class Events final : public YAML::EventHandler {
 public:
  explicit Events(std::string_view text)
      : builder_(free_budget + budget_per_byte * text.size()), document_lines_(document_lines(text)) {}

  /// The document that is being read, or comes next.
  [[nodiscard]] std::size_t current() const noexcept { return is_inside_ ? documents_ : documents_ + 1; }
  /// How many documents began.
  [[nodiscard]] std::size_t documents() const noexcept { return documents_; }
  [[nodiscard]] TreePtr take_root() noexcept { return builder_.take_root(); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    const TextPosition position = position_of_mark(mark);
    if (documents_ == document_lines_.size() || document_lines_[documents_] != position.line) {
      throw DocumentError(std::max<std::size_t>(documents_, 1), position, "more text behind the end of the document");
    }
    builder_.start_document(++documents_);
    anchors_.clear();
    is_inside_ = true;
  }

  void OnDocumentEnd() override { is_inside_ = false; }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add_scalar({NodeType::null, "null"}, position_of_mark(mark), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const TextPosition position = position_of_mark(mark);
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end()) builder_.fail(position, "an alias inside of what it stands for");
    const TreePtr& value = target->second;
    if (!builder_.wants_key()) return builder_.add_again(value, position);
    refuse_collection_as_key(value->type, position);
    set_key({value->type, value->text}, position);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    const TextPosition position = position_of_mark(mark);
    const bool may_merge = tag == "?" || tag == "tag:yaml.org,2002:merge";
    if (may_merge && text == "<<" && builder_.wants_key()) return builder_.set_merge(position);
    auto scalar = resolve_scalar(tag, text);
    if (!scalar) builder_.fail(position, "the value is not what its tag says");
    add_scalar(*std::move(scalar), position, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    begin(NodeType::sequence, mark, anchor);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    begin(NodeType::map, mark, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  void begin(NodeType type, const YAML::Mark& mark, YAML::anchor_t anchor) {
    const TextPosition position = position_of_mark(mark);
    if (builder_.wants_key()) refuse_collection_as_key(type, position);
    builder_.begin(type, position);
    open_anchors_.push_back(anchor);
  }

  void end() {
    const YAML::anchor_t anchor = open_anchors_.back();
    open_anchors_.pop_back();
    remember(anchor, builder_.end());
  }

  void add_scalar(Scalar scalar, TextPosition position, YAML::anchor_t anchor) {
    if (is_beyond_json(scalar)) builder_.fail(position, "JSON has no such number");
    auto node = std::make_shared<TreeNode>();
    node->type = scalar.type;
    node->position = position;
    node->weight += scalar.text.size();
    if (!builder_.wants_key()) {
      node->text = std::move(scalar.text);
      builder_.add(node);
    } else {
      node->text = scalar.text;
      set_key(scalar, position);
    }
    remember(anchor, std::move(node));
  }

  void set_key(const Scalar& scalar, TextPosition position) {
    auto key = key_of(scalar);
    if (!key) builder_.fail(position, "a key is null");
    builder_.set_key(*std::move(key), position);
  }

  void refuse_collection_as_key(NodeType type, TextPosition position) const {
    if (type == NodeType::sequence || type == NodeType::map) builder_.fail(position, "a key is a list or a map");
  }

  void remember(YAML::anchor_t anchor, TreePtr node) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = std::move(node);
  }

  TreeBuilder builder_;
  std::vector<std::size_t> document_lines_;
  std::size_t documents_ = 0;
  bool is_inside_ = false;
  std::unordered_map<YAML::anchor_t, TreePtr> anchors_;
  std::vector<YAML::anchor_t> open_anchors_;
};

/// yaml-cpp queues what it reads of a flow collection, before the first event tells of it.
void check_flow_size(std::string_view text) {
  std::size_t left = TreeBuilder::most_values;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_flow = text[i] == '[' || text[i] == '{' || text[i] == ',';
    if (is_flow && left-- == 0) {
      throw DocumentError(1, position_of(text, i), "more than " + std::to_string(TreeBuilder::most_values) + " values");
    }
  }
}

/// What yaml-cpp says, without the piece of the document that it puts behind a colon.
std::string reason_of(const YAML::Exception& error) { return error.msg.substr(0, error.msg.find(':')); }

}  // namespace

void read_yaml_documents(std::string_view text, const DocumentFunction& fn) {
  check_flow_size(text);
  Events events(text);
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(events)) {
      const TreePtr root = events.take_root();
      if (root && root->type != NodeType::null) fn(events.documents(), *root);
    }
  } catch (const YAML::Exception& error) {
    throw DocumentError(events.current(), position_of_mark(error.mark), reason_of(error));
  }
}

}  // namespace kplane::config
