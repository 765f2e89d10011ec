// IgnoredFields: which fields a comparison of objects leaves out.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kplane::json {

/// JSON pointers (RFC 6901) as a tree, which a walk over an object descends in step with it. The token `*` matches
/// every field and every element. Immutable, once it is filled.
class IgnoredFields {
 public:
  class Node {
   public:
    /// What a walk knows below a field; nullptr: nothing below is left out.
    [[nodiscard]] const Node* child(std::string_view name) const noexcept;
    /// The same for an element of an array.
    [[nodiscard]] const Node* element(std::size_t index) const;

    [[nodiscard]] bool is_ignored() const noexcept { return is_ignored_; }
    /// Whether only the value is left out: that there is one counts.
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

  /// @throws ConfigError when it is no JSON pointer, or the empty one, which names the whole object
  void add(std::string_view pointer);
  /// The same for a field whose presence counts.
  void add_value(std::string_view pointer);
  /// To be called once, after the last add(): lets what `*` says hold beside names too.
  void finish();

  [[nodiscard]] const Node* root() const noexcept { return &root_; }

 private:
  Node& at(std::string_view pointer);
  static void finish(Node& node);

  Node root_;
};

}  // namespace kplane::json
