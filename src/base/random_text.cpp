// Uses the system's randomness: programs that start at the same moment must not get the same text.
#include "base/random_text.hpp"

#include <random>
#include <string_view>

namespace kplane::detail {

std::string random_text(std::size_t length) {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
  std::string text(length, '\0');
  for (char& c : text) c = alphabet[pick(random)];
  return text;
}

}  // namespace kplane::detail
