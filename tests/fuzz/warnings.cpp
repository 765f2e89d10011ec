// Fuzz target: the value of a Warning header.
#include "http/warnings.hpp"

#include <algorithm>

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string value(kplane::fuzz::text_of(data, size));
  const auto texts = kplane::http::warning_texts({{"Warning", value}, {"Warning", value}}, {});
  kplane::fuzz::require(texts.size() <= 16, "the number of texts is bounded");
  for (const std::string& text : texts) {
    kplane::fuzz::require(text.size() <= 1024, "the length of a text is bounded");
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    kplane::fuzz::require(std::none_of(text.begin(), text.end(), is_control), "a text is one line");
  }
  return 0;
}
