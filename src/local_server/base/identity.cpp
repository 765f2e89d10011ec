#include "local_server/base/identity.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <random>
#include <string_view>
#include <utility>

namespace kplane::testing::server {
namespace {

std::mt19937_64& generator() {
  thread_local std::mt19937_64 engine = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  return engine;
}

std::tm utc_parts(std::time_t seconds) {
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

// Not strftime, whose %Y leaves out leading zeros.
std::string seconds_part(std::time_t seconds) {
  const std::tm parts = utc_parts(seconds);
  std::array<char, 96> text{};
  const int length = std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d", parts.tm_year + 1900,
                                   parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return {text.data(), static_cast<std::size_t>(length)};
}

// The finalizer of splitmix64: every bit of the input changes half of the output's.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58'476d'1ce4'e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d0'49bb'1331'11ebULL;
  return value ^ (value >> 31U);
}

std::uint64_t mixed_key(std::uint64_t seed, std::string_view scope) {
  std::uint64_t key = mixed(seed);
  for (const char c : scope) key = mixed(key ^ static_cast<unsigned char>(c));
  return key;
}

UuidText uuid_of(std::uint64_t high, std::uint64_t low) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::uint64_t kVersion4 = 0x4000;
  constexpr std::uint64_t kVariant1 = 0x8000'0000'0000'0000;
  // The positions of the bytes between the dashes.
  constexpr std::array<std::uint8_t, 16> kPlaces{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
  high = (high & 0xffff'ffff'ffff'0fffULL) | kVersion4;
  low = (low & 0x3fff'ffff'ffff'ffffULL) | kVariant1;
  UuidText text;
  text.fill('-');
  for (unsigned i = 0; i < 8; ++i) {
    const unsigned shift = 56U - 8U * i;
    for (const auto& [half, place] : {std::pair(high, kPlaces[i]), std::pair(low, kPlaces[i + 8])}) {
      text[place] = kDigits[(half >> (shift + 4U)) & 0xfU];
      text[place + 1U] = kDigits[(half >> shift) & 0xfU];
    }
  }
  return text;
}

}  // namespace

std::string random_uuid() {
  const UuidText text = uuid_of(generator()(), generator()());
  return {text.begin(), text.end()};
}

Identifiers::Identifiers(std::uint64_t seed, std::string_view scope)
    : high_(mixed_key(seed, scope)), low_(mixed(high_)) {}

std::string Identifiers::uuid(std::uint64_t n) const {
  const UuidText text = uuid_text(n);
  return {text.begin(), text.end()};
}

UuidText Identifiers::uuid_text(std::uint64_t n) const {
  constexpr std::uint64_t kStep = 0x9e37'79b9'7f4a'7c15ULL;
  return uuid_of(mixed(high_ + n * kStep), mixed(low_ + n * kStep));
}

std::string Identifiers::suffix(std::uint64_t n, std::size_t length) const {
  // Without vowels and look-alikes, so that no words are formed.
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::uint64_t rest = mixed(low_ ^ mixed(n));
  std::string text(length, ' ');
  for (char& c : text) {
    c = kAlphabet[rest % kAlphabet.size()];
    rest = mixed(rest);
  }
  return text;
}

std::string rfc3339(std::chrono::seconds since_epoch) { return seconds_part(since_epoch.count()) + "Z"; }

std::string rfc3339(std::chrono::system_clock::time_point time) {
  return seconds_part(std::chrono::system_clock::to_time_t(time)) + "Z";
}

std::string rfc3339_nano(std::chrono::system_clock::time_point time) {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%09lldZ", static_cast<long long>(since_epoch % 1'000'000'000));
  return seconds_part(std::chrono::system_clock::to_time_t(time)) + fraction.data();
}

std::string rfc3339_now() { return rfc3339(std::chrono::system_clock::now()); }

std::string http_date(std::chrono::system_clock::time_point time) {
  // Not strftime's %a and %b, which follow the process's locale.
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm parts = utc_parts(std::chrono::system_clock::to_time_t(time));
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   days.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                                   months.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900,
                                   parts.tm_hour, parts.tm_min, parts.tm_sec);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace kplane::testing::server
