// The fields that comparisons of objects ignore.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kplane::json {

/// JSON pointers (RFC 6901) as a tree that is descended in parallel with an object. The token `*` matches every field
/// and every element. Immutable once filled.
class IgnoredFields {
 public:
  class Node {
   public:
    /// The node below a field; nullptr: nothing below is ignored.
    [[nodiscard]] const Node* child(std::string_view name) const noexcept;
    /// The same for an element of an array.
    [[nodiscard]] const Node* element(std::size_t index) const;

    [[nodiscard]] bool is_ignored() const noexcept { return is_ignored_; }
    /// Whether only the value is ignored, but not its presence.
    [[nodiscard]] bool is_value_ignored() const noexcept { return is_value_ignored_; }

   private:
    friend class IgnoredFields;
    Node& make_child(const std::string& name);
    void merge(const Node& other);

    std::vector<std::pair<std::string, std::unique_ptr<Node>>> by_name_;
    std::unique_ptr<Node> any_;
    bool is_ignored_ = false;
    bool is_value_ignored_ = false;
  };

  /// @throws ConfigError when it is not a JSON pointer, or is the empty one, which refers to the whole object
  void add(std::string_view pointer);
  /// The same for a field whose presence counts.
  void add_value(std::string_view pointer);
  /// Call once, after the last add(): merges what `*` ignores into the named fields.
  void finish();

  [[nodiscard]] const Node* root() const noexcept { return &root_; }

 private:
  Node& at(std::string_view pointer);
  static void finish(Node& node);

  Node root_;
};

}  // namespace kplane::json
