// Open collections form a stack; a finished one becomes a child of the one below.
#include "yaml/tree_builder.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace kplane::yaml {

namespace {

constexpr const char* wrong_merge = "the value of << must be a map, or a list of maps written in place";

}  // namespace

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
  if (closed.node.type == NodeType::map && (!closed.merges.empty() || has_key_twice(closed.node))) {
    closed.node.children = settled(closed.node.children, closed.merges);
  }
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

void TreeBuilder::spend(std::size_t weight, TextPosition position) {
  if (weight > budget_) fail(position, "the aliases expand to too much data");
  budget_ -= weight;
}

void TreeBuilder::add_again(const TreePtr& value, TextPosition position) {
  const bool is_merge = !open_.empty() && open_.back().is_merge;
  if (is_merge && value->type == NodeType::sequence) fail(position, wrong_merge);
  place(value);
}

bool TreeBuilder::wants_key() const noexcept {
  return !open_.empty() && open_.back().node.type == NodeType::map && !open_.back().has_key;
}

void TreeBuilder::set_key(std::string key) {
  open_.back().key = std::move(key);
  open_.back().has_key = true;
}

void TreeBuilder::set_merge() { open_.back().has_key = open_.back().is_merge = true; }

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
    for (auto element = value->children.rbegin(); element != value->children.rend(); ++element) {
      add_merge(map, element->value, value->position);
    }
  } else {
    const TextPosition position = value->position;
    add_merge(map, std::move(value), position);
  }
}

void TreeBuilder::add_merge(Open& map, TreePtr value, TextPosition position) const {
  if (value->type != NodeType::map) fail(position, wrong_merge);
  map.merges.push_back({map.node.children.size(), std::move(value)});
}

bool TreeBuilder::has_key_twice(const TreeNode& map) {
  std::unordered_set<std::string_view> keys;
  return std::any_of(map.children.begin(), map.children.end(),
                     [&keys](const TreeEntry& entry) { return !keys.insert(entry.key).second; });
}

std::vector<TreeEntry> TreeBuilder::settled(const std::vector<TreeEntry>& own, const std::vector<Merge>& merges) {
  std::vector<TreeEntry> entries;
  std::unordered_map<std::string_view, std::size_t> places;
  const auto put = [&](const TreeEntry& entry) {
    const auto [found, is_new] = places.emplace(entry.key, entries.size());
    if (is_new) {
      entries.push_back(entry);
    } else {
      entries[found->second].value = entry.value;
    }
  };
  auto merge = merges.begin();
  for (std::size_t i = 0; i <= own.size(); ++i) {
    for (; merge != merges.end() && merge->place == i; ++merge) {
      for (const TreeEntry& entry : merge->map->children) put(entry);
    }
    if (i < own.size()) put(own[i]);
  }
  return entries;
}

}  // namespace kplane::yaml
