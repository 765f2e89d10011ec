// The wording of what holds.
#include "cleanup.hpp"

#include "codec/excerpt.hpp"

namespace kplane::detail {

std::string describe(const std::vector<HeldObject>& held) {
  constexpr std::size_t most_shown = 5;
  std::string text;
  for (std::size_t i = 0; i < held.size() && i < most_shown; ++i) {
    const HeldObject& one = held[i];
    if (i != 0) text += "; ";
    text += one.plural + ' ' + (one.ns.empty() ? "" : one.ns + '/') + codec::excerpt(one.name) + ' ' + one.why;
  }
  if (held.size() > most_shown) text += "; and " + std::to_string(held.size() - most_shown) + " more";
  return text;
}

}  // namespace kplane::detail
