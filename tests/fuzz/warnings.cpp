// Fuzz target: the value of a Warning header.
#include "http/warnings.hpp"

#include <algorithm>

#include "target.hpp"

namespace kplane::fuzz::warnings_target {
namespace {

void run(std::string_view text) {
  const std::string value(text);
  const auto texts = kplane::http::warning_texts({{"Warning", value}, {"Warning", value}}, {});
  require(texts.size() <= 16, "the number of texts is bounded");
  for (const std::string& warning : texts) {
    require(warning.size() <= 1024, "the length of a text is bounded");
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    require(std::none_of(warning.begin(), warning.end(), is_control), "a text is one line");
  }
}

const Registration registration("warnings", run);

}  // namespace
}  // namespace kplane::fuzz::warnings_target
