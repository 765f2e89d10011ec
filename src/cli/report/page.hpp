// page(): a report as one HTML file.
#pragma once

#include <string>
#include <string_view>

#include "cli/report/report.hpp"

namespace kplane::cli::reporting {

/// Text as text of HTML, in elements and in quoted attributes.
[[nodiscard]] std::string html_text(std::string_view text);

/// A page that needs nothing else, and may load nothing else: its Content-Security-Policy admits its own script and its
/// own style, by their hashes, and no network. The report's text stands in it as data.
[[nodiscard]] std::string page(const Report& report);

}  // namespace kplane::cli::reporting
