// The six operations of JSON patch, and the pointers they speak in.
#include "local_server/patch/json_patch.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using ReferenceTokens = std::vector<std::string>;

std::string unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      text += token[i];
      continue;
    }
    if (i + 1 == token.size() || (token[i + 1] != '0' && token[i + 1] != '1')) {
      throw MalformedOperation("a '~' in a JSON pointer must be followed by 0 or 1");
    }
    text += token[++i] == '0' ? '~' : '/';
  }
  return text;
}

ReferenceTokens pointer_tokens(const std::string& pointer) {
  ReferenceTokens tokens;
  if (pointer.empty()) return tokens;
  if (pointer.front() != '/') throw MalformedOperation("a JSON pointer must begin with '/'");
  std::string_view rest = pointer;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    tokens.push_back(unescaped(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
  return tokens;
}

std::size_t array_index(const std::string& token, std::size_t limit) {
  const bool digits = !token.empty() && token.size() < 10 && token.find_first_not_of("0123456789") == std::string::npos;
  const bool canonical = digits && (token.size() == 1 || token.front() != '0');
  if (!canonical) throw InapplicableOperation("not an array index");
  const std::size_t index = std::stoul(token);
  if (index >= limit) throw InapplicableOperation("array index out of range");
  return index;
}

json& child_of(json& parent, const std::string& token) {
  if (parent.is_array()) return parent[array_index(token, parent.size())];
  if (!parent.is_object()) throw InapplicableOperation("the path leads through a value that has no members");
  const auto found = parent.find(token);
  if (found == parent.end()) throw InapplicableOperation("the path does not exist");
  return *found;
}

json& value_at(json& document, const ReferenceTokens& path) {
  json* value = &document;
  for (const auto& token : path) value = &child_of(*value, token);
  return *value;
}

json& parent_of(json& document, const ReferenceTokens& path) {
  return value_at(document, ReferenceTokens(path.begin(), path.end() - 1));
}

void add(json& document, const ReferenceTokens& path, json value) {
  if (path.empty()) {
    document = std::move(value);
    return;
  }
  json& parent = parent_of(document, path);
  const std::string& last = path.back();
  if (parent.is_object()) {
    parent[last] = std::move(value);
  } else if (!parent.is_array()) {
    throw InapplicableOperation("the parent has no members");
  } else if (last == "-") {
    parent.push_back(std::move(value));
  } else {
    const auto index = static_cast<json::difference_type>(array_index(last, parent.size() + 1));
    parent.insert(parent.begin() + index, std::move(value));
  }
}

void remove(json& document, const ReferenceTokens& path) {
  if (path.empty()) throw InapplicableOperation("the whole document cannot be removed");
  json& parent = parent_of(document, path);
  child_of(parent, path.back());
  if (parent.is_array()) {
    parent.erase(array_index(path.back(), parent.size()));
  } else {
    parent.erase(path.back());
  }
}

const json& operand(const json& operation, const char* name) {
  const auto found = operation.find(name);
  if (found == operation.end()) throw MalformedOperation(std::string("the operation has no '") + name + "'");
  return *found;
}

std::string text_member(const json& operation, const char* name) {
  const json& value = operand(operation, name);
  if (!value.is_string()) throw MalformedOperation(std::string("'") + name + "' must be a string");
  return value.get<std::string>();
}

bool is_prefix(const ReferenceTokens& shorter, const ReferenceTokens& longer) {
  return shorter.size() < longer.size() && std::equal(shorter.begin(), shorter.end(), longer.begin());
}

void move(json& document, const ReferenceTokens& from, const ReferenceTokens& path) {
  if (is_prefix(from, path)) throw InapplicableOperation("a value cannot be moved into itself");
  json value = value_at(document, from);
  remove(document, from);
  add(document, path, std::move(value));
}

// A member that is missing is added, as by the library that API servers use; RFC 6902 would refuse it.
void replace(json& document, const ReferenceTokens& path, json value) {
  json* place = &document;
  if (!path.empty()) {
    json& parent = parent_of(document, path);
    place = parent.is_object() ? &parent[path.back()] : &child_of(parent, path.back());
  }
  *place = std::move(value);
}

void test(json& document, const ReferenceTokens& path, const json& expected) {
  if (value_at(document, path) != expected) throw InapplicableOperation("the test failed");
}

}  // namespace

void apply_json_patch_operation(json& document, const json& operation) {
  if (!operation.is_object()) throw MalformedOperation("an operation must be an object");
  const std::string op = text_member(operation, "op");
  const ReferenceTokens path = pointer_tokens(text_member(operation, "path"));
  if (op == "add") return add(document, path, operand(operation, "value"));
  if (op == "remove") return remove(document, path);
  if (op == "replace") return replace(document, path, operand(operation, "value"));
  if (op == "test") return test(document, path, operand(operation, "value"));
  if (op == "copy") return add(document, path, value_at(document, pointer_tokens(text_member(operation, "from"))));
  if (op == "move") return move(document, pointer_tokens(text_member(operation, "from")), path);
  throw MalformedOperation("unknown operation");
}

}  // namespace kplane::testing::server
