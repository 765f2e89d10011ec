#include "json/ignored_fields.hpp"

#include <algorithm>

#include <kplane/error.hpp>

#include "json/json_pointer.hpp"

namespace kplane::json {

const IgnoredFields::Node* IgnoredFields::Node::child(std::string_view name) const noexcept {
  for (const auto& [known, node] : by_name_) {
    if (known == name) return node.get();
  }
  return any_.get();
}

const IgnoredFields::Node* IgnoredFields::Node::element(std::size_t index) const {
  return by_name_.empty() ? any_.get() : child(std::to_string(index));
}

IgnoredFields::Node& IgnoredFields::Node::make_child(const std::string& name) {
  if (name == "*") {
    if (any_ == nullptr) any_ = std::make_unique<Node>();
    return *any_;
  }
  const auto same = [&](const auto& entry) { return entry.first == name; };
  const auto found = std::find_if(by_name_.begin(), by_name_.end(), same);
  if (found != by_name_.end()) return *found->second;
  return *by_name_.emplace_back(name, std::make_unique<Node>()).second;
}

void IgnoredFields::Node::merge(const Node& other) {
  is_ignored_ = is_ignored_ || other.is_ignored_;
  is_value_ignored_ = is_value_ignored_ || other.is_value_ignored_;
  for (const auto& [name, node] : other.by_name_) make_child(name).merge(*node);
  if (other.any_ != nullptr) make_child("*").merge(*other.any_);
}

void IgnoredFields::add(std::string_view pointer) { at(pointer).is_ignored_ = true; }

void IgnoredFields::add_value(std::string_view pointer) { at(pointer).is_value_ignored_ = true; }

IgnoredFields::Node& IgnoredFields::at(std::string_view pointer) {
  JsonPointer rest(pointer);
  if (rest.is_empty()) throw ConfigError("an ignored field must be a JSON pointer to a field, such as /status");
  Node* node = &root_;
  while (!rest.is_empty()) node = &node->make_child(rest.take().name());
  return *node;
}

void IgnoredFields::finish() { finish(root_); }

void IgnoredFields::finish(Node& node) {
  for (auto& [name, child] : node.by_name_) {
    if (node.any_ != nullptr) child->merge(*node.any_);
    finish(*child);
  }
  if (node.any_ != nullptr) finish(*node.any_);
}

}  // namespace kplane::json
