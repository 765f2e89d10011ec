#pragma once

#include <memory>
#include <string>

namespace CLI {
class FormatterBase;
class Option;
}  // namespace CLI

namespace kplane::cli {

/// What an option takes, such as `FILE`, without the checks that CLI11 names behind it; empty: nothing.
[[nodiscard]] std::string value_name(const CLI::Option& option);

/// Help that says of each option what it takes, and nothing of which excludes which.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> help_formatter();

}  // namespace kplane::cli
