// Whole objects as trees, by simdjson's DOM parser, for code that reads all of an object. Included only by json/.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "json/document.hpp"

namespace kplane::json {

using detail::Document;

/// One text at a time as a tree. Reuses its memory for the next one, up to a limit.
class JsonDom {
 public:
  /// Parses and validates the whole text: JSON in UTF-8, at most 1,000 levels deep. Integers beyond 64 bits become
  /// doubles. The result is valid until the next call.
  /// @throws DecodeError
  simdjson::dom::element parse(const Document& document, std::string_view text);

 private:
  simdjson::dom::parser parser_;
  std::string rewritten_;
};

/// Two parsers per thread: a comparison needs two trees at once.
struct JsonDoms {
  JsonDom first;
  JsonDom second;
};
[[nodiscard]] JsonDoms& json_doms();

/// Whether a number is an integer of 64 bits; others are doubles.
[[nodiscard]] inline bool is_integer(simdjson::dom::element number) noexcept {
  return number.type() != simdjson::dom::element_type::DOUBLE;
}

}  // namespace kplane::json
