// The six operations of JSON patch, and their pointers.
#include "local_server/patch/json_patch.hpp"

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using ReferenceTokens = std::vector<std::string>;

constexpr std::size_t kMaxCopied = 3UL * 1024 * 1024;

std::string unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    text += !escape ? token[i] : token[++i] == '0' ? '~' : '/';
  }
  return text;
}

/// Anything before the first slash is ignored.
ReferenceTokens pointer_tokens(std::string_view pointer) {
  ReferenceTokens tokens;
  for (std::size_t slash = pointer.find('/'); slash != std::string_view::npos;) {
    const std::size_t end = pointer.find('/', slash + 1);
    tokens.push_back(unescaped(pointer.substr(slash + 1, end == std::string_view::npos ? end : end - slash - 1)));
    slash = end;
  }
  if (tokens.empty()) throw InapplicableOperation("the path leads nowhere");
  return tokens;
}

std::size_t array_index(std::string_view token, std::size_t limit) {
  if (!token.empty() && token.front() == '+') token.remove_prefix(1);
  long index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc{} || end != token.data() + token.size()) throw InapplicableOperation("not an array index");
  const long size = static_cast<long>(limit);
  if (index < 0) index += size;
  if (index < 0 || index >= size) throw InapplicableOperation("array index out of range");
  return static_cast<std::size_t>(index);
}

/// nullptr when an object has no such member.
json* child_of(json& parent, const std::string& token) {
  if (parent.is_array()) return &parent[array_index(token, parent.size())];
  if (!parent.is_object()) throw InapplicableOperation("the path leads through a value that has no members");
  const auto found = parent.find(token);
  return found == parent.end() ? nullptr : &*found;
}

json& parent_of(json& document, const ReferenceTokens& path) {
  json* parent = &document;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    parent = child_of(*parent, path[i]);
    if (parent == nullptr) throw InapplicableOperation("the path does not exist");
  }
  if (!parent->is_structured()) throw InapplicableOperation("the parent has no members");
  return *parent;
}

/// Null when absent.
json value_at(json& document, const ReferenceTokens& path) {
  const json* value = child_of(parent_of(document, path), path.back());
  return value == nullptr ? json() : *value;
}

void add(json& document, const ReferenceTokens& path, json value) {
  json& parent = parent_of(document, path);
  if (parent.is_object()) {
    parent[path.back()] = std::move(value);
  } else if (path.back() == "-") {
    parent.push_back(std::move(value));
  } else {
    const auto index = static_cast<json::difference_type>(array_index(path.back(), parent.size() + 1));
    parent.insert(parent.begin() + index, std::move(value));
  }
}

void remove(json& document, const ReferenceTokens& path) {
  json& parent = parent_of(document, path);
  if (parent.is_array()) {
    parent.erase(array_index(path.back(), parent.size()));
  } else if (parent.erase(path.back()) == 0) {
    throw InapplicableOperation("the member does not exist");
  }
}

json operand(const json& operation) {
  const auto found = operation.find("value");
  return found == operation.end() ? json() : *found;
}

void move(json& document, const ReferenceTokens& from, const ReferenceTokens& path) {
  json value = value_at(document, from);
  remove(document, from);
  add(document, path, std::move(value));
}

void replace(json& document, const std::string& pointer, json value) {
  if (pointer.empty()) {
    if (value.is_structured()) document = std::move(value);
    return;
  }
  const ReferenceTokens path = pointer_tokens(pointer);
  json& parent = parent_of(document, path);
  json& place = parent.is_object() ? parent[path.back()] : *child_of(parent, path.back());
  place = std::move(value);
}

void test(json& document, const std::string& pointer, const json& operation) {
  const bool same = operation.contains("value") &&
                    (pointer.empty() ? document : value_at(document, pointer_tokens(pointer))) == operation["value"];
  if (!same) throw InapplicableOperation("the test failed");
}

void copy(json& document, const ReferenceTokens& from, const ReferenceTokens& path, std::size_t& copied) {
  json value = value_at(document, from);
  copied += to_text(value).size();
  if (copied > kMaxCopied) throw InapplicableOperation("the copies are too large");
  add(document, path, std::move(value));
}

}  // namespace

void apply_json_patch_operation(json& document, const json& operation, std::size_t& copied) {
  const std::string op = string_member(operation, "op");
  const std::string path = string_member(operation, "path");
  const std::string from = string_member(operation, "from");
  if (op == "add") return add(document, pointer_tokens(path), operand(operation));
  if (op == "remove") return remove(document, pointer_tokens(path));
  if (op == "replace") return replace(document, path, operand(operation));
  if (op == "test") return test(document, path, operation);
  if (op == "copy") return copy(document, pointer_tokens(from), pointer_tokens(path), copied);
  if (op == "move") return move(document, pointer_tokens(from), pointer_tokens(path));
  throw InapplicableOperation("unknown operation");
}

}  // namespace kplane::testing::server
