// C++17's standard library cannot parse timestamps without a locale, and has no calendar.
#include "codec/rfc3339.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace kplane::codec {

namespace {

/// Reads from the front of a text; remembers whether everything has matched so far.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : rest_(text) {}

  int number(std::size_t digits, int least, int most) noexcept {
    if (rest_.size() < digits) return fail();
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!is_digit(rest_[i])) return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value < least || value > most ? fail() : value;
  }

  /// One of the characters. @return it, or 0
  char one_of(std::string_view characters) noexcept {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) {
      fail();
      return '\0';
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  std::chrono::nanoseconds fraction() noexcept {
    if (rest_.empty() || rest_.front() != '.') return std::chrono::nanoseconds{0};
    rest_.remove_prefix(1);
    if (rest_.empty() || !is_digit(rest_.front())) fail();
    std::int64_t nanoseconds = 0;
    std::int64_t unit = 100'000'000;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), unit /= 10) {
      nanoseconds += unit * (rest_.front() - '0');
    }
    return std::chrono::nanoseconds{nanoseconds};
  }

  [[nodiscard]] bool is_complete() const noexcept { return ok_ && rest_.empty(); }

 private:
  static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
  int fail() noexcept {
    ok_ = false;
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

constexpr bool is_leap(int year) noexcept { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int days_of(int year, int month) noexcept {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[static_cast<std::size_t>(month - 1)] + (month == 2 && is_leap(year) ? 1 : 0);
}

/// In the Gregorian calendar. Not timegm(), which first looks up the process's time zone under a lock and reads the
/// environment.
constexpr std::int64_t days_since_epoch(int year, int month, int day) noexcept {
  constexpr std::int64_t epoch = 719'162;  // from 1 January of the year 1
  // Counted in years that begin in March, so that a leap day is the last one. There are 153 days in any five months.
  const int months = (month + 9) % 12;
  const std::int64_t years = year - (month <= 2 ? 1 : 0);
  const std::int64_t days = years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day;
  constexpr std::int64_t first_of_march = 306;  // of the year 0 to 1 January of the year 1
  return days - 1 - first_of_march - epoch;
}

std::chrono::seconds read_offset(Scanner& scanner) noexcept {
  const char sign = scanner.one_of("Zz+-");
  if (sign != '+' && sign != '-') return std::chrono::seconds{0};
  const std::chrono::hours hours{scanner.number(2, 0, 23)};
  scanner.one_of(":");
  const std::chrono::minutes minutes{scanner.number(2, 0, 59)};
  return sign == '+' ? hours + minutes : -(hours + minutes);
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_rfc3339(std::string_view text) noexcept {
  Scanner scanner(text);
  const int year = scanner.number(4, 0, 9999);
  scanner.one_of("-");
  const int month = scanner.number(2, 1, 12);
  scanner.one_of("-");
  const int day = scanner.number(2, 1, 31);
  scanner.one_of("Tt ");
  const std::chrono::hours hours{scanner.number(2, 0, 23)};
  scanner.one_of(":");
  const std::chrono::minutes minutes{scanner.number(2, 0, 59)};
  scanner.one_of(":");
  const std::chrono::seconds seconds{scanner.number(2, 0, 60)};
  const std::chrono::nanoseconds fraction = scanner.fraction();
  const std::chrono::seconds offset = read_offset(scanner);
  if (!scanner.is_complete() || day > days_of(year, month)) return std::nullopt;

  const std::chrono::hours midnight{24 * days_since_epoch(year, month, day)};
  const std::chrono::seconds moment = midnight + hours + minutes + seconds - offset;

  using Clock = std::chrono::system_clock;
  constexpr auto latest = std::chrono::floor<std::chrono::seconds>(Clock::duration::max()) - std::chrono::seconds{1};
  constexpr auto earliest = std::chrono::ceil<std::chrono::seconds>(Clock::duration::min());
  if (moment > latest) return Clock::time_point::max();
  if (moment < earliest) return Clock::time_point::min();
  return Clock::time_point{std::chrono::duration_cast<Clock::duration>(moment) +
                           std::chrono::duration_cast<Clock::duration>(fraction)};
}

bool is_beyond_clock(std::chrono::system_clock::time_point time) noexcept {
  using TimePoint = std::chrono::system_clock::time_point;
  return time == TimePoint::min() || time == TimePoint::max();
}

}  // namespace kplane::codec
