#include "cli/session/help.hpp"

#include <CLI/CLI.hpp>

namespace kplane::cli {

namespace {

class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    constexpr std::size_t width = 28;
    column_width(width);
  }

  std::string make_option_opts(const CLI::Option* option) const override {
    const bool is_positional = !option->nonpositional();
    std::string text = is_positional || value_name(*option).empty() ? std::string() : ' ' + value_name(*option);
    return text + (option->get_items_expected_max() > 1 && is_positional ? "..." : "");
  }
};

}  // namespace

std::string value_name(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return {};
  const std::string name = option.get_type_name();
  return name.substr(0, name.find_first_of(": "));
}

std::shared_ptr<CLI::FormatterBase> help_formatter() { return std::make_shared<HelpFormatter>(); }

}  // namespace kplane::cli
