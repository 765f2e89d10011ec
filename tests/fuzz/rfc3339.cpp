// Fuzz target: timestamps.
#include "codec/rfc3339.hpp"

#include "target.hpp"

namespace kplane::fuzz::rfc3339_target {
namespace {

void run(std::string_view text) {
  const auto time = kplane::codec::parse_rfc3339(text);
  constexpr std::size_t shortest = std::string_view("2026-01-02T03:04:05Z").size();
  require(!time || text.size() >= shortest, "a timestamp has a date, a time and a zone");
  require(kplane::codec::parse_rfc3339(text) == time, "the same text is the same time");
}

const Registration registration("rfc3339", run);

}  // namespace
}  // namespace kplane::fuzz::rfc3339_target
