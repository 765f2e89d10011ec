// Excerpts for error messages.
#include "codec/excerpt.hpp"

#include <algorithm>

namespace kplane::codec {

std::string excerpt(std::string_view text, std::size_t most) {
  std::string shown;
  shown.reserve(std::min(text.size(), most) + 3);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool blank = byte <= 0x20 || byte == 0x7f;
    if (blank && (shown.empty() || shown.back() == ' ')) continue;
    if (shown.size() == most) return shown + "...";
    shown += blank ? ' ' : byte < 0x80 ? c : '?';
  }
  if (!shown.empty() && shown.back() == ' ') shown.pop_back();
  return shown;
}

}  // namespace kplane::codec
