// Reads JSON text in place: values are extents of a Document, found by simdjson's on-demand parser.
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

/// A JSON value: its kind and its text in the Document. A scalar's text is validated when it is converted.
struct Value {
  Kind kind = Kind::null;
  std::string_view text;
};

struct Field {
  std::string_view key;  ///< unescaped
  Value value;
};

/// The document as one value. @throws DecodeError unless it is a single JSON value.
[[nodiscard]] Value root(const Document& document);

/// The fields of an object, in order; the last of those with the same name. @throws DecodeError when `value` is not an
/// object or is malformed.
[[nodiscard]] std::vector<Field> fields(const Document& document, const Value& value);

/// The elements of an array, in order. @throws DecodeError when `value` is not an array or is malformed.
[[nodiscard]] std::vector<Value> elements(const Document& document, const Value& value);

/// Reads an array of objects in one pass: calls `begin_row` for each object, then `visit` for each of its fields, which
/// may convert values but not start another walk.
/// @throws DecodeError when `value` is not an array of objects or is malformed
void walk_rows(const Document& document, const Value& value, const std::function<void()>& begin_row,
               const std::function<void(const Field& field)>& visit);

/// The value at a JSON pointer (RFC 6901) in `text`, which is one JSON value; nullopt when absent. The last of fields
/// with the same name counts. Each thread caches the indexes of the few texts that it read last.
/// @throws ConfigError for a malformed pointer; DecodeError when the text is malformed on the way there.
[[nodiscard]] std::optional<Value> find(const Document& document, std::string_view text, std::string_view pointer);

// Conversions: nullopt when the value is of another kind or out of range. @throws DecodeError when it is malformed.
[[nodiscard]] std::optional<std::string_view> as_string(const Document& document, const Value& value);
[[nodiscard]] std::optional<std::int64_t> as_int64(const Document& document, const Value& value);
[[nodiscard]] std::optional<double> as_double(const Document& document, const Value& value);
[[nodiscard]] std::optional<bool> as_bool(const Document& document, const Value& value);

/// Throws DecodeError for an error at `position`, which must be in the document.
[[noreturn]] void fail_at(const Document& document, const char* position, const std::string& message);

/// Throws DecodeError for a body that does not even begin as expected: a proxy's page, or an empty one. Only such a
/// page is quoted.
[[noreturn]] void refuse_body(const Document& document, const std::string& expected);

/// Throws DecodeError unless this part of the document is UTF-8; a walk has already checked what it walked over.
void check_utf8(const Document& document, std::string_view text);

}  // namespace kplane::json
