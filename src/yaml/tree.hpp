// A document as a tree that has the position of each value.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kplane::yaml {

/// A position in a text, counted from 0; columns in bytes.
struct TextPosition {
  std::size_t line = 0;
  std::size_t column = 0;
};

/// The document is malformed or cannot be represented in JSON. The message quotes nothing of it.
class DocumentError : public std::runtime_error {
 public:
  DocumentError(std::size_t document, TextPosition position, const std::string& why)
      : std::runtime_error(why), document_(document), position_(position) {}

  [[nodiscard]] std::size_t document() const noexcept { return document_; }  ///< from 1
  [[nodiscard]] TextPosition position() const noexcept { return position_; }

 private:
  std::size_t document_;
  TextPosition position_;
};

enum class NodeType { null, boolean, integer, real, text, sequence, map };

struct TreeNode;
/// Shared, because an alias refers to the same node.
using TreePtr = std::shared_ptr<const TreeNode>;

struct TreeEntry {
  std::string key;  ///< empty in a sequence
  TreePtr value;
};

struct TreeNode {
  NodeType type = NodeType::null;
  std::string text{};                 ///< of `text`: its value; of other scalars: JSON
  std::vector<TreeEntry> children{};  ///< of a sequence or a map, in the order of the text
  TextPosition position{};
  std::size_t height = 0;  ///< of the subtree: a walk may recurse this deep
  std::size_t weight = 1;  ///< the approximate size of its JSON, with all aliases expanded

  /// A map's value; nullptr when there is none, or this is not a map.
  [[nodiscard]] const TreeNode* find(std::string_view key) const noexcept;
};

/// Appends compact JSON.
void write_json(const TreeNode& node, std::string& out);

[[nodiscard]] std::string to_json(const TreeNode& node);

}  // namespace kplane::yaml
