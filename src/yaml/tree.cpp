#include "yaml/tree.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace kplane::yaml {

namespace {

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

}  // namespace

const TreeNode* TreeNode::find(std::string_view key) const noexcept {
  if (type != NodeType::map) return nullptr;
  const auto found =
      std::find_if(children.begin(), children.end(), [key](const TreeEntry& entry) { return entry.key == key; });
  return found == children.end() ? nullptr : found->value.get();
}

void write_json(const TreeNode& node, std::string& out) {
  const bool is_map = node.type == NodeType::map;
  if (!is_map && node.type != NodeType::sequence) {
    out += node.type == NodeType::text ? quoted(node.text) : node.text;
    return;
  }
  out += is_map ? '{' : '[';
  for (const TreeEntry& child : node.children) {
    if (&child != node.children.data()) out += ',';
    if (is_map) out += quoted(child.key) + ':';
    write_json(*child.value, out);
  }
  out += is_map ? '}' : ']';
}

std::string to_json(const TreeNode& node) {
  std::string text;
  write_json(node, text);
  return text;
}

}  // namespace kplane::yaml
