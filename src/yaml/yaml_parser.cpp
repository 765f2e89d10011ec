#include "yaml/yaml_parser.hpp"

#include <algorithm>
#include <new>

namespace kplane::yaml {

YamlParser::YamlParser(const DocumentText& document, const AmendedText& amended, bool ends_last_line)
    : document_(document),
      amended_(amended),
      left_(amended.text()),
      lacks_line_break_(ends_last_line && !document.text.empty() && document.text.back() != '\n'),
      cursor_(document) {
  if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
  yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  yaml_parser_set_input(&parser_, &YamlParser::read, this);
}

YamlParser::~YamlParser() {
  yaml_event_delete(&event_);
  yaml_parser_delete(&parser_);
}

int YamlParser::read(void* self, unsigned char* buffer, std::size_t size, std::size_t* size_read) noexcept {
  auto& parser = *static_cast<YamlParser*>(self);
  *size_read = std::min(size, parser.left_.size());
  std::copy_n(parser.left_.data(), *size_read, buffer);
  parser.left_.remove_prefix(*size_read);
  if (parser.lacks_line_break_ && *size_read < size) {
    buffer[(*size_read)++] = '\n';
    parser.lacks_line_break_ = false;
  }
  return 1;
}

bool YamlParser::next() {
  yaml_event_delete(&event_);
  if (yaml_parser_parse(&parser_, &event_) != 0) return true;
  if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
  return false;
}

TextPosition YamlParser::error_position() {
  if (parser_.error != YAML_READER_ERROR) return cursor_.position_of(amended_.original(parser_.problem_mark.index));
  return position_of(document_.text, parser_.problem_offset, document_.begin);
}

bool YamlParser::amend(AmendedText& amended) {
  if (parser_.error != YAML_SCANNER_ERROR) return false;
  const std::size_t character = amended_.original(parser_.problem_mark.index);
  const std::size_t offset = document_.text.size() - cursor_.text_at(character).size();
  return amended.amend(parser_.problem, character, offset);
}

std::string YamlParser::error_reason() const {
  const std::string problem = parser_.problem != nullptr ? parser_.problem : "not YAML";
  return parser_.context != nullptr ? std::string(parser_.context) + ", " + problem : problem;
}

}  // namespace kplane::yaml
