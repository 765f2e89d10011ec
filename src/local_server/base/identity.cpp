// Random identifiers and timestamps.
#include "local_server/base/identity.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <random>
#include <string_view>

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

std::string seconds_part(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return std::string(text.data(), length);
}

}  // namespace

std::string random_uuid() {
  constexpr std::uint64_t kVersion4 = 0x4000;
  constexpr std::uint64_t kVariant1 = 0x8000'0000'0000'0000;
  const std::uint64_t high = (generator()() & 0xffff'ffff'ffff'0fffULL) | kVersion4;
  const std::uint64_t low = (generator()() & 0x3fff'ffff'ffff'ffffULL) | kVariant1;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32U),
                static_cast<unsigned>((high >> 16U) & 0xffffU), static_cast<unsigned>(high & 0xffffU),
                static_cast<unsigned>(low >> 48U), static_cast<unsigned long long>(low & 0xffff'ffff'ffffULL));
  return text.data();
}

std::string random_suffix(std::size_t length) {
  // Without vowels and look-alikes, so that no words arise.
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string text(length, ' ');
  for (char& c : text) c = kAlphabet[generator()() % kAlphabet.size()];
  return text;
}

std::string rfc3339(std::chrono::system_clock::time_point time) { return seconds_part(time) + "Z"; }

std::string rfc3339_nano(std::chrono::system_clock::time_point time) {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%09lldZ", static_cast<long long>(since_epoch % 1'000'000'000));
  return seconds_part(time) + fraction.data();
}

std::string rfc3339_now() { return rfc3339(std::chrono::system_clock::now()); }

}  // namespace kplane::testing::server
