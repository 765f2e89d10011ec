// Regular expressions as Go's regexp package reads them, matched in time linear in the text.
//
// std::regex backtracks, and recurses once per character: a definition's author could stop the server with one pattern.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kplane::testing::server {

/// An invalid pattern, with Go's message: "missing closing ]: `[`".
class PatternError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Cost of a match: linear in the text. A pattern takes at most some megabytes. Thread safety: const members.
class Pattern {
 public:
  /// @throws PatternError
  explicit Pattern(std::string_view text);

  /// Whether some part of the text matches.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  struct Program;
  std::shared_ptr<const Program> program_;
};

}  // namespace kplane::testing::server
