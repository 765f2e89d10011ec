// The standard library of C++17 parses no timestamps without a locale; the calendar is timegm's.
#include "codec/rfc3339.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>

namespace kplane::codec {

namespace {

/// Reads from the front of a text; remembers whether everything fitted so far.
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
  std::tm parts{};
  parts.tm_year = scanner.number(4, 0, 9999) - 1900;
  scanner.one_of("-");
  parts.tm_mon = scanner.number(2, 1, 12) - 1;
  scanner.one_of("-");
  parts.tm_mday = scanner.number(2, 1, 31);
  scanner.one_of("Tt ");
  parts.tm_hour = scanner.number(2, 0, 23);
  scanner.one_of(":");
  parts.tm_min = scanner.number(2, 0, 59);
  scanner.one_of(":");
  const int seconds = scanner.number(2, 0, 60);
  const std::chrono::nanoseconds fraction = scanner.fraction();
  const std::chrono::seconds offset = read_offset(scanner);
  if (!scanner.is_complete()) return std::nullopt;

  const int day = parts.tm_mday;
  const std::chrono::seconds since_epoch{timegm(&parts)};
  if (parts.tm_mday != day)
    return std::nullopt;  // timegm turned a day that the month does not have into the next month
  const std::chrono::seconds moment = since_epoch + std::chrono::seconds{seconds} - offset;

  using Clock = std::chrono::system_clock;
  constexpr auto latest = std::chrono::floor<std::chrono::seconds>(Clock::duration::max()) - std::chrono::seconds{1};
  constexpr auto earliest = std::chrono::ceil<std::chrono::seconds>(Clock::duration::min());
  if (moment > latest || moment < earliest) return std::nullopt;
  return Clock::time_point{std::chrono::duration_cast<Clock::duration>(moment) +
                           std::chrono::duration_cast<Clock::duration>(fraction)};
}

}  // namespace kplane::codec
