// Builds trees from parser events, within limits of size and depth.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "yaml/tree.hpp"

namespace kplane::yaml {

/// An alias takes a few bytes of text but expands to its whole value in JSON, and a value can take a hundred times its
/// text in memory. Therefore depth, number of values, and expansion of aliases are limited.
class TreeBuilder {
 public:
  static constexpr std::size_t deepest = 200;
  static constexpr std::size_t most_values = 2'000'000;

  /// @param budget the weight that aliases may add, in all documents together
  explicit TreeBuilder(std::size_t budget) : budget_(budget) {}

  void start_document(std::size_t number);
  /// The whole document; nullptr when nothing was added.
  [[nodiscard]] TreePtr take_root() noexcept { return std::move(root_); }

  /// Opens a sequence or a map, which end() closes and adds to its parent.
  void begin(NodeType type, TextPosition position);
  TreePtr end();
  void add(TreePtr value);
  /// Deducts an alias from the budget, before it is added as a key or a value.
  void spend(std::size_t weight, TextPosition position);
  /// Adds an alias of a value elsewhere in the document.
  void add_again(const TreePtr& value, TextPosition position);

  /// Whether a map is open and a key must come next.
  [[nodiscard]] bool wants_key() const noexcept;
  /// The last value of a duplicate key counts.
  void set_key(std::string key);
  /// The next value is a map, or a sequence of maps, to merge in here; the first map of a sequence takes precedence.
  void set_merge();

  [[noreturn]] void fail(TextPosition position, const std::string& why) const;

 private:
  struct Merge {
    std::size_t place;  // the child before which the entries are inserted
    TreePtr map;
  };
  struct Open {
    TreeNode node;
    std::vector<Merge> merges{};
    std::string key{};
    bool has_key = false;
    bool is_merge = false;  // the next value is to be merged
  };

  void place(TreePtr value);
  void place_in_map(Open& map, TreePtr value);
  void add_merge(Open& map, TreePtr value, TextPosition position) const;
  static bool has_key_twice(const TreeNode& map);
  static std::vector<TreeEntry> settled(const std::vector<TreeEntry>& own, const std::vector<Merge>& merges);

  std::size_t budget_;
  std::size_t values_ = 0;
  std::size_t document_ = 0;
  std::vector<Open> open_;
  TreePtr root_;
};

}  // namespace kplane::yaml
