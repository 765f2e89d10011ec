#include "yaml/field.hpp"

#include <filesystem>
#include <system_error>

#include <kplane/error.hpp>

namespace kplane::yaml {

Field Field::operator[](std::string_view key) const {
  if (is_present() && node_->type != NodeType::map) fail("is not an object");
  const TreeNode* const child = is_present() ? node_->find(key) : nullptr;
  return Field(child, *file_, path_.empty() ? std::string(key) : path_ + '.' + std::string(key));
}

std::vector<Field> Field::elements() const {
  std::vector<Field> found;
  if (!is_present()) return found;
  if (node_->type != NodeType::sequence) fail("is not a list");
  for (const TreeEntry& entry : node_->children) {
    found.emplace_back(entry.value.get(), *file_, path_ + '[' + std::to_string(found.size()) + ']');
  }
  return found;
}

std::string Field::text() const {
  if (!is_present()) return {};
  if (node_->type != NodeType::text) {
    const bool is_collection = node_->type == NodeType::sequence || node_->type == NodeType::map;
    fail(is_collection ? "is not a string" : "is not a string: put it in quotes");
  }
  if (node_->text.find('\0') != std::string::npos) fail("has a NUL byte");
  return node_->text;
}

std::string Field::path_text() const {
  const std::filesystem::path path = text();
  if (path.empty() || path.is_absolute()) return path.string();
  std::error_code error;
  const std::filesystem::path file = std::filesystem::absolute(*file_, error);
  if (error) fail("is relative to a directory that no longer exists");
  return (file.parent_path() / path).lexically_normal().string();
}

std::string Field::required_text() const {
  if (!is_present()) fail("is missing");
  std::string found = text();
  if (found.empty()) fail("is empty");
  return found;
}

bool Field::flag() const {
  if (!is_present()) return false;
  if (node_->type != NodeType::boolean) fail("is neither true nor false");
  return node_->text == "true";
}

void Field::fail(const std::string& why) const {
  std::string message = origin() + ' ' + why;
  if (node_ != nullptr) message += " (line " + std::to_string(node_->position.line + 1) + ')';
  throw ConfigError(message);
}

}  // namespace kplane::yaml
