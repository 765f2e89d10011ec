#include "cli/manual/words.hpp"

#include <CLI/CLI.hpp>

#include "cli/session/help.hpp"

namespace kplane::cli {

namespace {

OptionWords words_of(const CLI::Option& option) {
  OptionWords words;
  words.is_positional = !option.nonpositional();
  words.is_required = option.get_required();
  words.takes_several = option.get_items_expected_max() > 1;
  words.description = option.get_description();
  if (words.is_positional) {
    words.names = {option.get_name(true)};
    return words;
  }
  for (const std::string& name : option.get_snames()) words.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) words.names.push_back("--" + name);
  words.value = value_name(option);
  return words;
}

}  // namespace

std::vector<OptionWords> options_of(const CLI::App& app) {
  std::vector<OptionWords> all;
  for (const CLI::Option* option : app.get_options()) {
    if (option != app.get_help_ptr()) all.push_back(words_of(*option));
  }
  return all;
}

std::vector<CommandWords> commands_of(const CLI::App& app) {
  std::vector<CommandWords> all;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    all.push_back({command->get_name(), command->get_description(), options_of(*command)});
  return all;
}

}  // namespace kplane::cli
