// The commands and options of an app, as the pages need them.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace kplane::cli {

struct OptionWords {
  std::vector<std::string> names{};  ///< with their dashes; one of a positional, without
  std::string value{};               ///< what it takes, such as `FILE`; empty: nothing
  std::string description{};
  bool is_positional = false;
  bool is_required = false;
  bool takes_several = false;
};

struct CommandWords {
  std::string name{};
  std::string description{};
  std::vector<OptionWords> options{};
};

/// The options of an app or a command, without --help.
[[nodiscard]] std::vector<OptionWords> options_of(const CLI::App& app);
[[nodiscard]] std::vector<CommandWords> commands_of(const CLI::App& app);

}  // namespace kplane::cli
