// Whole objects as trees, by simdjson's DOM parser: for those who look at all of an object. Included by json/ alone.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "json/document.hpp"

namespace kplane::json {

using detail::Document;

/// One text at a time as a tree. Keeps its memory for the next one, up to a limit.
class JsonDom {
 public:
  /// The whole text, checked: valid JSON in UTF-8, at most 1,000 levels deep. Integers beyond 64 bits are doubles. The
  /// result is valid until the next call.
  /// @throws DecodeError
  simdjson::dom::element parse(const Document& document, std::string_view text);

 private:
  simdjson::dom::parser parser_;
  std::string rewritten_;
};

/// Two of them for this thread: comparing takes two trees at once.
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
