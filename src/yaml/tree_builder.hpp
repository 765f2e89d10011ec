// Builds trees from parser events, within limits of size and depth.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "yaml/tree.hpp"

namespace kplane::yaml {

/// An alias costs a few bytes of text, but its whole value in JSON; a document may be a few bytes a value, but
/// each value takes a hundred times that in memory. So depth, values, and what aliases add are bounded.
class TreeBuilder {
 public:
  static constexpr std::size_t deepest = 200;
  static constexpr std::size_t most_values = 2'000'000;

  /// @param budget how much weight aliases may add, in all documents together
  explicit TreeBuilder(std::size_t budget) : budget_(budget) {}

  void start_document(std::size_t number);
  /// The document as a whole; nullptr when nothing was added.
  [[nodiscard]] TreePtr take_root() noexcept { return std::move(root_); }

  /// Opens a sequence or a map, which end() closes and hands to what encloses it.
  void begin(NodeType type, TextPosition position);
  TreePtr end();
  void add(TreePtr value);
  /// Takes from the budget what an alias adds, before it is added as a key or a value.
  void spend(std::size_t weight, TextPosition position);
  /// An alias of a value elsewhere in the document.
  void add_again(const TreePtr& value, TextPosition position);

  /// Whether a key has to come next, since a map is open.
  [[nodiscard]] bool wants_key() const noexcept;
  /// Of several values of one key the last one counts.
  void set_key(std::string key);
  /// The next value is a map, or a sequence of maps, whose entries come here; of a sequence the first map counts most.
  void set_merge();

  [[noreturn]] void fail(TextPosition position, const std::string& why) const;

 private:
  struct Merge {
    std::size_t place;  // before which child the entries come
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
