// Fuzz target: the value of a Retry-After header.
#include <chrono>

#include "http/retry_backoff.hpp"
#include "target.hpp"

namespace kplane::fuzz::retry_after_target {
namespace {

void run(std::string_view text) {
  constexpr std::chrono::hours year{24 * 365};
  for (const int years : {0, 56, 230}) {
    const auto wait = kplane::http::parse_retry_after(text, std::chrono::system_clock::time_point{years * year});
    require(!wait || wait->count() >= 0, "a wait is never negative");
    require(!wait || *wait <= std::chrono::hours{24} * 366, "a wait has a bound");
  }
}

const Registration registration("retry_after", run);

}  // namespace
}  // namespace kplane::fuzz::retry_after_target
