// What is generated from the app itself: the man page, and completions for shells.
#pragma once

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace kplane::cli {

/// A page for man(1), in mdoc's older sister man(7).
[[nodiscard]] std::string man_page(const CLI::App& app, const std::string& version);

[[nodiscard]] std::string bash_completion(const CLI::App& app);
[[nodiscard]] std::string zsh_completion(const CLI::App& app);
[[nodiscard]] std::string fish_completion(const CLI::App& app);

}  // namespace kplane::cli
