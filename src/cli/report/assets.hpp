// The parts of a report's page that are the same in all reports: the files in assets/, embedded when the program is
// built.
#pragma once

#include <string>
#include <string_view>

namespace kplane::cli::reporting {

[[nodiscard]] std::string_view page_frame();
[[nodiscard]] std::string_view page_style();
/// All scripts, as one.
[[nodiscard]] std::string page_script();

}  // namespace kplane::cli::reporting
