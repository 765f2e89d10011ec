// Reading JSON text in place: values are extents of a Document, found by simdjson's on-demand parser. The only file
// that knows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/document.hpp"

namespace kplane::codec {

using detail::Document;

enum class Kind { null, boolean, number, string, array, object };

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

/// The fields of an object, in order. @throws DecodeError when `value` is no object or its text is broken.
[[nodiscard]] std::vector<Field> fields(const Document& document, const Value& value);

/// The elements of an array, in order. @throws DecodeError when `value` is no array or its text is broken.
[[nodiscard]] std::vector<Value> elements(const Document& document, const Value& value);

/// The value at a JSON pointer (RFC 6901) below `text`, which is one JSON value; nullopt when absent. Of fields with
/// the same name the first one counts. Several calls in a row for the same text index it once.
/// @throws ConfigError for a malformed pointer; DecodeError when the text is broken on the way there.
[[nodiscard]] std::optional<Value> find(const Document& document, std::string_view text, std::string_view pointer);

// Conversions: nullopt when the value is of another kind or does not fit. @throws DecodeError when its text is broken.
[[nodiscard]] std::optional<std::string_view> as_string(const Document& document, const Value& value);
[[nodiscard]] std::optional<std::int64_t> as_int64(const Document& document, const Value& value);
[[nodiscard]] std::optional<double> as_double(const Document& document, const Value& value);
[[nodiscard]] std::optional<bool> as_bool(const Document& document, const Value& value);

/// Throws DecodeError for a flaw at `position`, which lies in the document.
[[noreturn]] void fail_at(const Document& document, const char* position, const std::string& message);

/// A field of a state body (contract §3): absent, or a value.
using Slot = std::optional<Value>;

/// Where everything lies in a state body.
struct StateExtents {
  struct Resource {
    const char* position = nullptr;  ///< for error messages
    Slot group, resource, synced, item_count;
    Slot items;  ///< its kind; an array's elements are in `objects`
    std::vector<Value> objects;
  };
  Slot cluster, snapshot_time, live_resources;
  Slot resources;  ///< its kind; an array's elements are in `entries`
  std::vector<Resource> entries;
};

/// Finds the envelope and the extent of every item in one pass. @throws DecodeError
[[nodiscard]] StateExtents state_extents(const Document& document);

}  // namespace kplane::codec
