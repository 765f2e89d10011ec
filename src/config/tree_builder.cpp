// The open collections are a stack; a finished one goes into the one below it.
#include "config/tree_builder.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "codec/excerpt.hpp"

namespace kplane::config {

void TreeBuilder::start_document(std::size_t number) {
  document_ = number;
  open_.clear();
  root_.reset();
}

void TreeBuilder::begin(NodeType type, TextPosition position) {
  if (open_.size() == deepest) fail(position, "nested more than " + std::to_string(deepest) + " deep");
  TreeNode node;
  node.type = type;
  node.position = position;
  open_.push_back({std::move(node)});
}

TreePtr TreeBuilder::end() {
  Open closed = std::move(open_.back());
  open_.pop_back();
  if (closed.node.type == NodeType::map) merge(closed);
  for (const TreeEntry& child : closed.node.children) {
    closed.node.weight += child.value->weight + child.key.size() + 1;
    closed.node.height = std::max(closed.node.height, child.value->height + 1);
  }
  if (closed.node.height > deepest)
    fail(closed.node.position, "aliases nest more than " + std::to_string(deepest) + " deep");
  auto node = std::make_shared<const TreeNode>(std::move(closed.node));
  place(node);
  return node;
}

void TreeBuilder::add(TreePtr value) { place(std::move(value)); }

void TreeBuilder::add_again(const TreePtr& value, TextPosition position) {
  if (value->weight > budget_) fail(position, "the aliases stand for too much: they multiply");
  budget_ -= value->weight;
  place(value);
}

bool TreeBuilder::wants_key() const noexcept {
  return !open_.empty() && open_.back().node.type == NodeType::map && !open_.back().has_key;
}

void TreeBuilder::set_key(std::string key, TextPosition position) {
  Open& map = open_.back();
  map.key = std::move(key);
  map.key_positions.push_back(position);
  map.has_key = true;
}

void TreeBuilder::set_merge(TextPosition position) {
  Open& map = open_.back();
  if (!map.merged.empty()) fail(position, "the key << stands twice");
  map.has_key = map.is_merge = true;
}

void TreeBuilder::fail(TextPosition position, const std::string& why) const {
  throw DocumentError(document_, position, why);
}

void TreeBuilder::place(TreePtr value) {
  if (++values_ > most_values) fail(value->position, "more than " + std::to_string(most_values) + " values");
  if (open_.empty()) {
    root_ = std::move(value);
  } else if (open_.back().node.type == NodeType::map) {
    place_in_map(open_.back(), std::move(value));
  } else {
    open_.back().node.children.push_back({{}, std::move(value)});
  }
}

void TreeBuilder::place_in_map(Open& map, TreePtr value) {
  const bool is_merge = std::exchange(map.is_merge, false);
  map.has_key = false;
  if (!is_merge) {
    map.node.children.push_back({std::move(map.key), std::move(value)});
  } else if (value->type == NodeType::sequence) {
    for (const TreeEntry& element : value->children) add_merged(map, element.value, value->position);
  } else {
    const TextPosition position = value->position;
    add_merged(map, std::move(value), position);
  }
}

void TreeBuilder::add_merged(Open& map, TreePtr value, TextPosition position) const {
  if (value->type != NodeType::map) fail(position, "the key << takes a map or a list of maps");
  map.merged.push_back(std::move(value));
}

/// Ends in DocumentError when a key of the map's own stands twice.
void TreeBuilder::merge(Open& map) const {
  std::vector<TreeEntry>& own = map.node.children;
  std::unordered_set<std::string_view> keys;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!keys.insert(own[i].key).second)
      fail(map.key_positions[i], "the key " + codec::excerpt(own[i].key) + " stands twice");
  }
  std::vector<TreeEntry> added;
  for (const TreePtr& each : map.merged) {
    for (const TreeEntry& entry : each->children) {
      if (keys.insert(entry.key).second) added.push_back(entry);
    }
  }
  own.insert(own.end(), added.begin(), added.end());
}

}  // namespace kplane::config
