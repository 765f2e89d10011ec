// Inserts a character that does not end a word, or removes a backslash.
#include "yaml/yaml_amendments.hpp"

namespace kplane::yaml {

namespace {

constexpr std::string_view joiner = "\xef\xb7\x90";  // a noncharacter, which libyaml accepts
constexpr std::size_t most_bytes_to_read_again = std::size_t{32} * 1024 * 1024;

}  // namespace

bool AmendedText::amend(std::string_view problem, std::size_t character, std::size_t offset) {
  const bool is_insertion = problem == "found unexpected ':'";
  const bool is_omission = problem == "found unknown escape character" && text_.substr(offset, 2) == "\\'";
  if (!is_insertion && !is_omission) return false;
  if (!amendments_.empty() && amendments_.back().character >= character) return false;
  if ((amendments_.size() + 1) * text_.size() > most_bytes_to_read_again) return false;
  if (text_.find(joiner) != std::string_view::npos) return false;

  amendments_.push_back({character, offset, is_insertion});
  amended_.clear();
  std::size_t from = 0;
  for (const Amendment& each : amendments_) {
    const std::size_t to = each.is_insertion ? each.offset + 1 : each.offset;
    amended_ += text_.substr(from, to - from);
    if (each.is_insertion) amended_ += joiner;
    from = each.offset + 1;
  }
  amended_ += text_.substr(from);
  return true;
}

std::size_t AmendedText::original(std::size_t character) const {
  for (const Amendment& each : amendments_) {
    if (each.is_insertion && character > each.character) --character;
    if (!each.is_insertion && character >= each.character) ++character;
  }
  return character;
}

void AmendedText::restore(std::string& value) const {
  if (amendments_.empty()) return;
  for (std::size_t at = value.find(joiner); at != std::string::npos; at = value.find(joiner, at)) {
    value.erase(at, joiner.size());
  }
}

}  // namespace kplane::yaml
