// Fuzz target: timestamps.
#include "codec/rfc3339.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = kplane::fuzz::text_of(data, size);
  const auto time = kplane::codec::parse_rfc3339(text);
  constexpr std::size_t shortest = std::string_view("2026-01-02T03:04:05Z").size();
  kplane::fuzz::require(!time || size >= shortest, "a timestamp has a date, a time and a zone");
  kplane::fuzz::require(kplane::codec::parse_rfc3339(text) == time, "the same text is the same time");
  return 0;
}
