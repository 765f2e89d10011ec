// Go's regexp package has the syntax of RE2, and both match in time linear in the text.
#include "local_server/types/pattern.hpp"

#include <re2/re2.h>

namespace kplane::testing::server {
namespace {

constexpr std::int64_t kMostMemory = std::int64_t{4} << 20;  // of one pattern, compiled

/// Go's words, which differ from RE2's.
const char* problem_of(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    default:
      return "expression too large";
  }
}

/// A named group as older versions of RE2 read it: `(?P<name>` for Go's `(?<name>`.
std::string with_long_group_names(std::string_view text) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      out += text.substr(i++, 2);
      continue;
    }
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    out += c;
    const bool names_group = !in_class && c == '<' && i >= 2 && text.substr(i - 2, 2) == "(?" && i + 1 < text.size() &&
                             text[i + 1] != '=' && text[i + 1] != '!';
    if (names_group) out.insert(out.size() - 1, "P");
  }
  return out;
}

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMostMemory);
  return options;
}

}  // namespace

struct Pattern::Program {
  explicit Program(std::string_view text) : expression(with_long_group_names(text), options()) {}
  const RE2 expression;
};

Pattern::Pattern(std::string_view text) : program_(std::make_shared<Program>(text)) {
  const RE2& expression = program_->expression;
  if (expression.ok()) return;
  throw PatternError("error parsing regexp: " + std::string(problem_of(expression.error_code())) + ": `" +
                     expression.error_arg() + "`");
}

bool Pattern::matches(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), program_->expression);
}

}  // namespace kplane::testing::server
