// The output of a rollout: a table for people, or one JSON document for programs.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "episode.hpp"

namespace rollout {

/// The scores of one step; all zero if no plane was scored.
struct Summary {
  std::size_t scored = 0;
  double mean = 0;
  double min = 0;
  double max = 0;
  double planes_per_second = 0;  ///< read and scored
};

[[nodiscard]] Summary summarize(const Step& step);

/// The position of the first plane with the highest score; nullopt when none was scored.
[[nodiscard]] std::optional<std::size_t> best_plane(const Step& step);

void print_table_head(std::ostream& out);
void print_table_row(std::ostream& out, const Step& step);
void print_best_plane(std::ostream& out, const Step& last);
void print_errors(std::ostream& out, const Step& step);
void print_json(std::ostream& out, const Arguments& arguments, const std::string& fleet,
                const std::vector<Step>& steps);

}  // namespace rollout
