#include "cli/output/age.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <ctime>

namespace kplane::cli {

namespace {

constexpr std::string_view pattern = "0000-00-00T00:00:00";

bool has_form(std::string_view text) {
  if (text.size() <= pattern.size() || text.back() != 'Z') return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool is_digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    if (pattern[i] == '0' ? !is_digit : text[i] != pattern[i]) return false;
  }
  return true;
}

int number_at(std::string_view text, std::size_t at, std::size_t size) {
  int number = 0;
  for (const char c : text.substr(at, size)) number = number * 10 + (c - '0');
  return number;
}

}  // namespace

WallTime wall_time(std::time_t seconds) {
  constexpr auto latest = std::chrono::floor<std::chrono::seconds>(WallTime::duration::max()).count();
  return std::chrono::system_clock::from_time_t(std::clamp<std::time_t>(seconds, -latest, latest));
}

std::optional<WallTime> parse_time(std::string_view text) {
  if (!has_form(text)) return std::nullopt;
  std::tm utc{};
  utc.tm_year = number_at(text, 0, 4) - 1900;
  utc.tm_mon = number_at(text, 5, 2) - 1;
  utc.tm_mday = number_at(text, 8, 2);
  utc.tm_hour = number_at(text, 11, 2);
  utc.tm_min = number_at(text, 14, 2);
  utc.tm_sec = number_at(text, 17, 2);
  return wall_time(::timegm(&utc));
}

std::string time_text(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 48> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &utc);
  return {text.data(), size};
}

std::string age_text(std::chrono::seconds age) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr std::array<Unit, 3> units = {{{86'400, "d"}, {3'600, "h"}, {60, "m"}}};
  const std::int64_t seconds = std::max<std::int64_t>(age.count(), 0);
  for (const Unit& unit : units) {
    if (seconds >= 2 * unit.seconds) return std::to_string(seconds / unit.seconds) + unit.name;
  }
  return std::to_string(seconds) + "s";
}

}  // namespace kplane::cli
