// Reading JSON text in place: values are extents of a Document, found by simdjson's on-demand parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.hpp"
#include "json/json_token.hpp"

namespace kplane::json {

using detail::Document;

/// A JSON value: what it is, and where its text lies in the Document. A scalar's text is checked when it is converted.
struct Value {
  Kind kind = Kind::null;
  std::string_view text;
};

struct Field {
  std::string_view key;  ///< unescaped
  Value value;
};

/// The document as one value. @throws DecodeError unless it is one JSON value with nothing behind it.
[[nodiscard]] Value root(const Document& document);

/// The fields of an object, in order; of those with the same name the last one. @throws DecodeError when `value` is no
/// object or its text is broken.
[[nodiscard]] std::vector<Field> fields(const Document& document, const Value& value);

/// The elements of an array, in order. @throws DecodeError when `value` is no array or its text is broken.
[[nodiscard]] std::vector<Value> elements(const Document& document, const Value& value);

/// Reads an array of objects in one pass: `begin_row` is called for each object, then `visit` for each of its fields,
/// which may convert values but not walk over others.
/// @throws DecodeError when `value` is no array of objects or its text is broken
void walk_rows(const Document& document, const Value& value, const std::function<void()>& begin_row,
               const std::function<void(const Field& field)>& visit);

/// The value at a JSON pointer (RFC 6901) below `text`, which is one JSON value; nullopt when absent. Of fields with
/// the same name the last one counts. A thread keeps the index of the few texts that it read last.
/// @throws ConfigError for a malformed pointer; DecodeError when the text is broken on the way there.
[[nodiscard]] std::optional<Value> find(const Document& document, std::string_view text, std::string_view pointer);

// Conversions: nullopt when the value is of another kind or does not fit. @throws DecodeError when its text is broken.
[[nodiscard]] std::optional<std::string_view> as_string(const Document& document, const Value& value);
[[nodiscard]] std::optional<std::int64_t> as_int64(const Document& document, const Value& value);
[[nodiscard]] std::optional<double> as_double(const Document& document, const Value& value);
[[nodiscard]] std::optional<bool> as_bool(const Document& document, const Value& value);

/// Throws DecodeError for a flaw at `position`, which lies in the document.
[[noreturn]] void fail_at(const Document& document, const char* position, const std::string& message);

/// Throws DecodeError for a body that does not even begin as it should: a proxy's page, or nothing. Only such a page
/// is quoted.
[[noreturn]] void refuse_body(const Document& document, const std::string& expected);

/// Throws DecodeError unless the part of the document is UTF-8; a walk has checked what it walked over.
void check_utf8(const Document& document, std::string_view text);

}  // namespace kplane::json
