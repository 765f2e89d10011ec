// An owning wrapper of a libyaml parser, of which kubectl's parser is a port.
#pragma once

#include <yaml.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "yaml/tree.hpp"
#include "yaml/yaml_amendments.hpp"
#include "yaml/yaml_text.hpp"

namespace kplane::yaml {

/// Returns one event after the other. The texts must outlive it.
class YamlParser {
 public:
  /// @param amended the text of the document, with amendments
  /// @param ends_last_line treat a text without a final line break as if it had one
  YamlParser(const DocumentText& document, const AmendedText& amended, bool ends_last_line);
  ~YamlParser();
  YamlParser(const YamlParser&) = delete;
  YamlParser& operator=(const YamlParser&) = delete;
  YamlParser(YamlParser&&) = delete;
  YamlParser& operator=(YamlParser&&) = delete;

  /// Advances to the next event. @return false when the text is not YAML
  [[nodiscard]] bool next();
  [[nodiscard]] const yaml_event_t& event() const noexcept { return event_; }
  /// The position of the event.
  [[nodiscard]] TextPosition position() { return cursor_.position_of(amended_.original(event_.start_mark.index)); }

  /// The text from the event on.
  [[nodiscard]] std::string_view text() { return cursor_.text_at(amended_.original(event_.start_mark.index)); }

  /// The position of the error.
  [[nodiscard]] TextPosition error_position();
  /// Amends the text where the error is. @return false when it cannot be amended
  [[nodiscard]] bool amend(AmendedText& amended);
  /// libyaml's message, which quotes nothing of the text.
  [[nodiscard]] std::string error_reason() const;

 private:
  static int read(void* self, unsigned char* buffer, std::size_t size, std::size_t* size_read) noexcept;

  DocumentText document_;
  const AmendedText& amended_;
  std::string_view left_;  // not yet passed to libyaml
  bool lacks_line_break_;  // one has to be added
  TextCursor cursor_;
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

}  // namespace kplane::yaml
