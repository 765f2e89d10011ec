#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace kplane::cli {

/// Rows in columns that are as wide as their widest cell. Cells may hold text from anywhere: they are escaped.
class Table {
 public:
  explicit Table(std::vector<std::string> headings);
  void add(std::vector<std::string> row);
  [[nodiscard]] bool empty() const noexcept { return rows_.size() == 1; }
  /// Nothing at all where there are no rows.
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace kplane::cli
