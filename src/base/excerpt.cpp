#include "base/excerpt.hpp"

#include <algorithm>
#include <array>

namespace kplane::detail {

namespace {

/// Whether a line of YAML looks like a field of a Kubernetes object.
bool is_field_of_object(std::string_view line) noexcept {
  constexpr std::array<std::string_view, 8> names = {"apiVersion", "kind",   "metadata", "data",
                                                     "stringData", "status", "spec",     "items"};
  const std::size_t begin = std::min(line.find_first_not_of(" \t-\"'"), line.size());
  line.remove_prefix(begin);
  return std::any_of(names.begin(), names.end(), [line](std::string_view name) {
    if (line.substr(0, name.size()) != name) return false;
    const std::size_t next = line.find_first_not_of(" \t\"'", name.size());
    return next != std::string_view::npos && line[next] == ':';
  });
}

}  // namespace

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

std::string_view prose(std::string_view text) noexcept {
  if (text.find('\0') != std::string_view::npos) return {};
  text = text.substr(0, text.find('{'));
  text = text.substr(0, text.find("-----BEGIN"));
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (is_field_of_object(text.substr(begin, end - begin))) return text.substr(0, begin);
    begin = end + 1;
  }
  return text;
}

}  // namespace kplane::detail
