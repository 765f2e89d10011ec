#include "cli/output/progress_bar.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

namespace kplane::cli {

ProgressBar::ProgressBar(std::ostream& out, bool shown, std::string what)
    : out_(out), shown_(shown), what_(std::move(what)) {}

ProgressBar::~ProgressBar() {
  if (shown_) out_ << "\r\x1b[K" << std::flush;
}

void ProgressBar::update(std::size_t done, std::size_t all) {
  if (!shown_) return;
  constexpr std::size_t width = 30;
  const std::size_t filled = all == 0 ? width : std::min(done * width / all, width);
  out_ << '\r' << what_ << " [" << std::string(filled, '#') << std::string(width - filled, '.') << "] " << done << '/'
       << all << "\x1b[K" << std::flush;
}

}  // namespace kplane::cli
