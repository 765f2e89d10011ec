#include "cli/output/table.hpp"

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <utility>

#include "cli/output/shown.hpp"

namespace kplane::cli {

namespace {

constexpr std::size_t gap = 3;  // as kubectl's

/// In characters, which is close to what a terminal needs.
std::size_t width_of(const std::string& cell) {
  return static_cast<std::size_t>(
      std::count_if(cell.begin(), cell.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::vector<std::string> escaped(std::vector<std::string> row) {
  for (std::string& cell : row) cell = shown(cell);
  return row;
}

}  // namespace

Table::Table(std::vector<std::string> headings) { rows_.push_back(std::move(headings)); }

void Table::add(std::vector<std::string> row) { rows_.push_back(escaped(std::move(row))); }

void Table::print(std::ostream& out) const {
  if (empty()) return;
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + gap, ' ');
    }
    out << line << '\n';
  }
}

}  // namespace kplane::cli
