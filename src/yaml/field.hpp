// A value in a configuration file, with its path and line for errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "yaml/tree.hpp"

namespace kplane::yaml {

/// The value may be absent; null counts as absent. The document must outlive it.
///
/// Errors are ConfigErrors that name the file, the field and, if known, the line, and quote no value.
class Field {
 public:
  Field(const TreeNode* node, const std::string& file, std::string path)
      : node_(node), file_(&file), path_(std::move(path)) {}

  [[nodiscard]] bool is_present() const noexcept { return node_ != nullptr && node_->type != NodeType::null; }
  /// Such as `users[dev].user.token`.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& file() const noexcept { return *file_; }
  /// `FILE: PATH`
  [[nodiscard]] std::string origin() const { return *file_ + ": " + path_; }
  [[nodiscard]] const TreeNode& node() const noexcept { return *node_; }

  /// A member of an object. @throws ConfigError when this is present, but not an object
  [[nodiscard]] Field operator[](std::string_view key) const;
  /// The elements of a list; none when this is absent. @throws ConfigError when this is not a list
  [[nodiscard]] std::vector<Field> elements() const;
  /// The same field under another path, such as one that names its element instead of counting it.
  [[nodiscard]] Field named(std::string path) const { return Field(node_, *file_, std::move(path)); }

  /// Empty when it is absent. @throws ConfigError when it is not a string, or has a NUL byte
  [[nodiscard]] std::string text() const;
  /// The text as a path relative to the directory of its file. @throws ConfigError as text()
  [[nodiscard]] std::string path_text() const;
  /// @throws ConfigError also when it is absent or empty
  [[nodiscard]] std::string required_text() const;
  /// False when it is absent. @throws ConfigError when it is not a boolean
  [[nodiscard]] bool flag() const;

  [[noreturn]] void fail(const std::string& why) const;

 private:
  const TreeNode* node_;
  const std::string* file_;
  std::string path_;
};

}  // namespace kplane::yaml
