// Commands and options are completed, and files where an option or an argument takes one. IDs of planes are not: asking
// the server for them at each press of a key would make planes.
#include <CLI/CLI.hpp>

#include "cli/manual/pages.hpp"
#include "cli/manual/words.hpp"

namespace kplane::cli {

namespace {

std::string option_names(const std::vector<OptionWords>& options) {
  std::string names;
  for (const OptionWords& option : options) {
    if (option.is_positional) continue;
    for (const std::string& name : option.names) names.append(names.empty() ? "" : " ").append(name);
  }
  return names;
}

std::string command_names(const std::vector<CommandWords>& commands) {
  std::string names;
  for (const CommandWords& command : commands) names.append(names.empty() ? "" : " ").append(command.name);
  return names;
}

bool takes_file(const OptionWords& option) {
  const std::string& what = option.is_positional ? option.names.front() : option.value;
  return what.find("FILE") != std::string::npos || option.value.find("FILE") != std::string::npos;
}

/// A word for single quotes, with what the shell, or its completion, would read in it taken out.
std::string plain(const std::string& text) {
  std::string kept;
  for (const char c : text) {
    if (c == '\'' || c == '[' || c == ']' || c == ':' || c == '\\' || c == '`' || c == '$' || c == '\n') {
      kept += ' ';
    } else {
      kept += c;
    }
  }
  return kept;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  const std::vector<CommandWords> commands = commands_of(app);
  std::string text =
      "# bash completion for kplane. Generated from the program itself.\n_kplane() {\n  local "
      "current=${COMP_WORDS[COMP_CWORD]} command= word\n";
  text += "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case \"$word\" in\n";
  std::string alternatives;
  for (const CommandWords& command : commands)
    alternatives.append(alternatives.empty() ? "" : "|").append(command.name);
  text += "      " + alternatives + ") command=$word; break ;;\n    esac\n  done\n";
  text += "  local options='" + option_names(options_of(app)) + " --help'\n  case \"$command\" in\n";
  text += "    '') options=\"$options " + command_names(commands) + "\" ;;\n";
  for (const CommandWords& command : commands)
    text += "    " + command.name + ") options=\"$options " + option_names(command.options) + "\" ;;\n";
  text +=
      "  esac\n  if [[ $current == -* || -z $command ]]; then\n    COMPREPLY=($(compgen -W \"$options\" -- "
      "\"$current\"))\n  else\n    COMPREPLY=($(compgen -f -- \"$current\"))\n  fi\n}\ncomplete -o filenames -F "
      "_kplane kplane\n";
  return text;
}

std::string zsh_completion(const CLI::App& app) {
  const auto arguments = [](const std::vector<OptionWords>& options) {
    std::string text;
    for (const OptionWords& option : options) {
      if (option.is_positional) continue;
      for (const std::string& name : option.names) {
        text += " \\\n    '" + name + "[" + plain(option.description) + "]";
        if (!option.value.empty()) text += ":" + plain(option.value) + ":" + (takes_file(option) ? "_files" : " ");
        text += "'";
      }
    }
    return text;
  };
  std::string text =
      "#compdef kplane\n# zsh completion for kplane. Generated from the program itself.\n_kplane() {\n  local -a "
      "commands\n  commands=(\n";
  for (const CommandWords& command : commands_of(app))
    text += "    '" + command.name + ":" + plain(command.description) + "'\n";
  text += "  )\n  local state line\n  _arguments -C" + arguments(options_of(app)) +
          " \\\n    '1: :->command' '*:: :->rest'\n";
  text += "  case $state in\n    command) _describe 'command' commands ;;\n    rest) case $line[1] in\n";
  for (const CommandWords& command : commands_of(app))
    text += "      " + command.name + ") _arguments" + arguments(command.options) + " '*:file:_files' ;;\n";
  text += "    esac ;;\n  esac\n}\n_kplane \"$@\"\n";
  return text;
}

std::string fish_completion(const CLI::App& app) {
  const auto lines = [](const std::vector<OptionWords>& options, const std::string& condition) {
    std::string text;
    for (const OptionWords& option : options) {
      if (option.is_positional) continue;
      text += "complete -c kplane" + condition;
      for (const std::string& name : option.names)
        text += name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (!option.value.empty()) text += takes_file(option) ? " -r -F" : " -x";
      text += " -d '" + plain(option.description) + "'\n";
    }
    return text;
  };
  std::string text = "# fish completion for kplane. Generated from the program itself.\n";
  text += lines(options_of(app), "");
  for (const CommandWords& command : commands_of(app)) {
    text += "complete -c kplane -n __fish_use_subcommand -f -a " + command.name + " -d '" + plain(command.description) +
            "'\n";
    text += lines(command.options, " -n '__fish_seen_subcommand_from " + command.name + "'");
  }
  return text;
}

}  // namespace kplane::cli
