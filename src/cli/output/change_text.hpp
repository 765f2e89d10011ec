// Changes between two states, for people and for programs.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include <kplane/diff.hpp>

#include "cli/output/json_output.hpp"

namespace kplane::cli {

/// `added`, `removed` or `modified`.
[[nodiscard]] std::string_view word_of(ChangeType type);
/// The object's type as kubectl names it, such as `deployments.apps`.
[[nodiscard]] std::string type_name(const Change& change);
/// Whether it is a Secret, whose values are never shown.
[[nodiscard]] bool is_secret(const Change& change);

struct ChangeStyle {
  bool colours = false;
  bool values = true;   ///< of fields that were modified; never those of Secrets
  int indentation = 0;  ///< blanks before each line
};

/// `+ pods default/web`, `- …`, or `~ …` with a line for each field. Text of the server is escaped.
void print_change(std::ostream& out, const Change& change, const ChangeStyle& style);

/// The same for programs: without the objects, whose fields that were modified are in it, but for those of Secrets.
[[nodiscard]] Json change_json(const Change& change);

}  // namespace kplane::cli
