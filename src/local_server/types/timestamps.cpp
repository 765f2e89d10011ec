#include "local_server/types/timestamps.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "local_server/base/characters.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

constexpr std::string_view kSecondsLayout = "2006-01-02T15:04:05Z07:00";
constexpr std::string_view kMicrosLayout = "2006-01-02T15:04:05.000000Z07:00";
constexpr std::string_view kZone = "Z07:00";
constexpr std::string_view kMicros = ".000000";

/// Reads a time from the front of a text, one element of the layout after the other.
class TimeParser {
 public:
  TimeParser(const std::string& text, std::string_view layout) : text_(text), rest_(text), layout_(layout) {}

  /// @return the time since 1970
  std::chrono::seconds parse() {
    const int year = number("2006");
    literal("-");
    const int month = number("01", 1, 12, "month");
    literal("-");
    const int day = number("02", 1, days_in(year, month), "day");
    literal("T");
    const int hour = number("15", 0, 23, "hour");
    literal(":");
    const int minute = number("04", 0, 59, "minute");
    literal(":");
    const int second = number("05", 0, 59, "second");
    fraction();
    const int offset = zone();
    if (!rest_.empty()) fail(": extra text: " + quoted_text(std::string(rest_)));
    const std::int64_t minutes = (days_since_epoch(year, month, day) * 24 + hour) * 60 + minute - offset;
    return std::chrono::seconds(minutes * 60 + second);
  }

  [[nodiscard]] std::string fraction_digits() const { return std::string(fraction_); }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw TimestampError("parsing time " + quoted_text(text_) + " as " + quoted_text(std::string(layout_)) + why);
  }

  [[noreturn]] void mismatch(std::string_view element) const {
    fail(": cannot parse " + quoted_text(std::string(rest_)) + " as " + quoted_text(std::string(element)));
  }

  void literal(std::string_view element) {
    if (rest_.substr(0, element.size()) != element) mismatch(element);
    rest_.remove_prefix(element.size());
  }

  int number(std::string_view element) {
    if (rest_.size() < element.size()) mismatch(element);
    int value = 0;
    for (const char c : rest_.substr(0, element.size())) {
      if (!is_digit(c)) mismatch(element);
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(element.size());
    return value;
  }

  int number(std::string_view element, int least, int most, const char* what) {
    const int value = number(element);
    if (value < least || value > most) fail(std::string(": ") + what + " out of range");
    return value;
  }

  void fraction() {
    const bool micros = layout_ == kMicrosLayout;
    if (!micros && (rest_.empty() || rest_[0] != '.')) return;
    std::size_t end = 1;
    while (end < rest_.size() && is_digit(rest_[end]) && (!micros || end < kMicros.size())) ++end;
    if (micros && (rest_.empty() || rest_[0] != '.' || end != kMicros.size())) mismatch(kMicros);
    if (end == 1) mismatch(kZone);
    fraction_ = rest_.substr(0, end);
    rest_.remove_prefix(end);
  }

  /// @return minutes east of Greenwich
  int zone() {
    if (rest_.empty()) mismatch(kZone);
    const char sign = rest_[0];
    if (sign != 'Z' && (rest_.size() < kZone.size() || (sign != '+' && sign != '-') || rest_[3] != ':')) {
      mismatch(kZone);
    }
    rest_.remove_prefix(1);
    if (sign == 'Z') return 0;
    const int hours = number("07", 0, 24, "time zone offset hour");
    literal(":");
    const int minutes = number("00", 0, 60, "time zone offset minute");
    return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
  }

  static bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

  static int days_in(int year, int month) {
    constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days.at(static_cast<std::size_t>(month - 1));
  }

  static std::int64_t days_since_epoch(int year, int month, int day) {
    const int before = year - 1;
    std::int64_t days = before * std::int64_t{365} + before / 4 - before / 100 + before / 400 - 719'162;
    for (int m = 1; m < month; ++m) days += days_in(year, m);
    return days + day - 1;
  }

  const std::string& text_;
  std::string_view rest_;
  std::string_view layout_;
  std::string_view fraction_{};
};

}  // namespace

std::string utc_seconds(const std::string& text) { return rfc3339(TimeParser(text, kSecondsLayout).parse()); }

std::string utc_micros(const std::string& text) {
  TimeParser parser(text, kMicrosLayout);
  std::string seconds = rfc3339(parser.parse());
  return seconds.insert(seconds.size() - 1, parser.fraction_digits());
}

}  // namespace kplane::testing::server
