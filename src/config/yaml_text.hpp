// The text of a YAML stream before it is parsed: characters that may not be in it, and where its documents begin.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "config/tree.hpp"

namespace kplane::config {

/// The place of a byte.
[[nodiscard]] TextPosition position_of(std::string_view text, std::size_t offset);

struct TextFlaw {
  std::size_t offset;
  const char* what;
};

/// The first byte that is not UTF-8, or a control character other than tab and line ends.
[[nodiscard]] std::optional<TextFlaw> find_flaw(std::string_view text);

/// The line of each document's first token, `---` where it has one. Lines are counted from 0.
[[nodiscard]] std::vector<std::size_t> document_lines(std::string_view text);

}  // namespace kplane::config
