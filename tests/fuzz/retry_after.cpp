// Fuzz target: the value of a Retry-After header.
#include <chrono>

#include "http/retry_backoff.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = kplane::fuzz::text_of(data, size);
  constexpr std::chrono::hours year{24 * 365};
  for (const int years : {0, 56, 230}) {
    const auto wait = kplane::http::parse_retry_after(text, std::chrono::system_clock::time_point{years * year});
    kplane::fuzz::require(!wait || wait->count() >= 0, "a wait is never negative");
    kplane::fuzz::require(!wait || *wait <= std::chrono::hours{24} * 366, "a wait has a bound");
  }
  return 0;
}
