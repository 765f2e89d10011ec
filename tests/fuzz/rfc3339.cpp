// Fuzz target: timestamps. The C library says what second each is.
#include "codec/rfc3339.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include "target.hpp"

namespace kplane::fuzz::rfc3339_target {
namespace {

/// By the C library, of what is known to be a timestamp.
std::chrono::seconds second_opinion(const std::string& text) {
  std::tm fields{};
  std::sscanf(text.c_str(), "%4d-%2d-%2d%*c%2d:%2d:%2d", &fields.tm_year, &fields.tm_mon, &fields.tm_mday,
              &fields.tm_hour, &fields.tm_min, &fields.tm_sec);
  fields.tm_year -= 1900;
  --fields.tm_mon;
  constexpr std::size_t date = std::string_view("2026-01-02").size();
  const std::size_t sign = text.find_first_of("+-", date);
  if (sign != std::string::npos) {
    int hours = 0;
    int minutes = 0;
    std::sscanf(text.c_str() + sign + 1, "%2d:%2d", &hours, &minutes);
    const int direction = text[sign] == '+' ? -1 : 1;
    fields.tm_hour += direction * hours;
    fields.tm_min += direction * minutes;
  }
  return std::chrono::seconds{::timegm(&fields)};
}

void run(std::string_view text) {
  const auto time = kplane::codec::parse_rfc3339(text);
  constexpr std::size_t shortest = std::string_view("2026-01-02T03:04:05Z").size();
  require(!time || text.size() >= shortest, "a timestamp has a date, a time and a zone");
  require(kplane::codec::parse_rfc3339(text) == time, "the same text is the same time");
  if (!time || kplane::codec::is_beyond_clock(*time)) return;
  require(std::chrono::floor<std::chrono::seconds>(time->time_since_epoch()) == second_opinion(std::string(text)),
          "a timestamp is the second that the C library takes it for");
}

const Registration registration("rfc3339", run);

}  // namespace
}  // namespace kplane::fuzz::rfc3339_target
