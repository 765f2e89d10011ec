// Uses simdjson's on-demand parser, one per thread, and adds what makes it safe on untrusted text: it validates what it
// walks over but only the outline of what it skips, so every conversion validates its own text again.
#include "json/json_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <thread>
#include <unordered_set>
#include <utility>

#include <kplane/error.hpp>

#include "base/excerpt.hpp"
#include "json/json_pointer.hpp"

namespace kplane::json {

namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

static_assert(memory::PaddedBuffer::padding >= simdjson::SIMDJSON_PADDING);

// A parser keeps memory for the largest text it has read: up to seven bytes per byte of text, of which it touches about
// one to three. After a text larger than this, it is freed.
constexpr std::size_t largest_kept_text = std::size_t{4} << 20;
constexpr std::size_t smallest_room = std::size_t{4} << 10;
constexpr std::size_t largest_rounded_room = std::size_t{1} << 20;

/// Throws simdjson's error; for a truncated text, at its end.
[[noreturn]] void fail_json(const Document& document, std::string_view text, const char* position, error_code error) {
  const bool ends_early = error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT || error == simdjson::UNCLOSED_STRING;
  fail_at(document, ends_early ? text.data() + text.size() : position,
          std::string("not JSON: ") + simdjson::error_message(error));
}

/// A document that knows whether its parser has a buffer for strings without their escapes: simdjson does not look
/// whether it got the memory.
class ParsedText : public ondemand::document {
 public:
  [[nodiscard]] bool has_string_buffer() noexcept { return iter.string_buf_loc() != nullptr; }
};

/// A parser with the index of the text it read last, so that finding another field of the same object needs no new
/// index.
class IndexedText {
 public:
  [[nodiscard]] bool holds(const Document& document, std::string_view text) const noexcept {
    return document_id_ == document.id() && text_.data() == text.data() && text_.size() == text.size();
  }

  /// @throws DecodeError, std::bad_alloc
  ondemand::document& open(const Document& document, std::string_view text) {
    if (holds(document, text)) {
      parsed_.rewind();
      return parsed_;
    }
    close();
    if (text.empty()) fail_at(document, text.data(), "not JSON: empty");
    const std::size_t capacity = text.size() + simdjson::SIMDJSON_PADDING;
    error_code error = make_room(text.size());
    if (error == simdjson::SUCCESS)
      error = parser_.iterate(simdjson::padded_string_view(text.data(), text.size(), capacity))
                  .get(static_cast<ondemand::document&>(parsed_));
    if (error == simdjson::SUCCESS && !parsed_.has_string_buffer()) error = simdjson::MEMALLOC;
    if (error != simdjson::SUCCESS) {
      close();
      if (error == simdjson::MEMALLOC) throw std::bad_alloc();
      fail_json(document, text, text.data(), error);
    }
    document_id_ = document.id();
    text_ = text;
    has_distinct_fields_ = false;
    return parsed_;
  }

  /// Drops the text, as after an error, when the parser's position is undefined.
  void close() noexcept {
    document_id_ = 0;
    if (parser_.capacity() > largest_kept_text) parser_ = ondemand::parser();
  }

  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// Whether the text is known to be an object without duplicate field names.
  [[nodiscard]] bool has_distinct_fields() const noexcept { return has_distinct_fields_; }
  void note_distinct_fields(bool distinct) noexcept { has_distinct_fields_ = distinct; }
  [[nodiscard]] const char* position() noexcept {
    const char* at = nullptr;
    if (parsed_.current_location().get(at) != simdjson::SUCCESS) return text_.data() + text_.size();
    return at >= text_.data() && at <= text_.data() + text_.size() ? at : text_.data();
  }

 private:
  /// Over-allocates a little, or every object larger than all before it would cost an allocation.
  error_code make_room(std::size_t size) {
    if (size <= parser_.capacity()) return simdjson::SUCCESS;
    std::size_t room = smallest_room;
    while (room < size && room < largest_rounded_room) room *= 2;
    return parser_.allocate(std::max(room, size));
  }

  ondemand::parser parser_;
  ParsedText parsed_;
  std::uint64_t document_id_ = 0;
  std::string_view text_;
  bool has_distinct_fields_ = false;
};

/// The few texts that a thread reads alternately, such as a pod and its conditions.
class RecentTexts {
 public:
  /// The one that has the text, otherwise the least recently used one.
  IndexedText& choose(const Document& document, std::string_view text) noexcept {
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (texts_[i].holds(document, text)) {
        chosen = i;
        break;
      }
      if (last_use_[i] < last_use_[chosen]) chosen = i;
    }
    last_use_[chosen] = ++uses_;
    return texts_[chosen];
  }

 private:
  std::array<IndexedText, 4> texts_;
  std::array<std::uint64_t, 4> last_use_{};
  std::uint64_t uses_ = 0;
};

/// A thread's parsers: scalars have a separate one, so that they do not evict texts that will be needed again.
struct Parsers {
  RecentTexts texts;
  IndexedText scalars;
};

thread_local Parsers* kept_parsers = nullptr;
const std::thread::id first_thread = std::this_thread::get_id();
[[maybe_unused]] const bool has_singletons = !simdjson::get_active_implementation()->name().empty();

struct FreeParsers {
  FreeParsers() = default;
  FreeParsers(const FreeParsers&) = delete;
  FreeParsers& operator=(const FreeParsers&) = delete;
  FreeParsers(FreeParsers&&) = delete;
  FreeParsers& operator=(FreeParsers&&) = delete;
  ~FreeParsers() {
    if (std::this_thread::get_id() != first_thread) delete std::exchange(kept_parsers, nullptr);
  }
};

/// Destructors of static objects may still read after the main thread's thread_locals, and even simdjson's singletons,
/// are destroyed: its parsers are therefore never destroyed, and the singletons are created as early as possible.
Parsers& parsers() {
  if (kept_parsers == nullptr) {
    kept_parsers = new Parsers;
    [[maybe_unused]] thread_local const FreeParsers at_thread_exit;
  }
  return *kept_parsers;
}

/// An open text. Leaving the scope by an exception closes it.
class Walk {
 public:
  Walk(const Document& document, std::string_view extent)
      : Walk(document, parsers().texts.choose(document, extent), extent) {}
  Walk(const Document& document, IndexedText& text, std::string_view extent)
      : document_(document), text_(text), parsed_(text.open(document, extent)) {}
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;
  Walk(Walk&&) = delete;
  Walk& operator=(Walk&&) = delete;
  ~Walk() {
    if (!keep_) text_.close();
  }

  /// The text was read without an error: keep its index for reuse, unless it is too large.
  void keep() noexcept { keep_ = text_.text().size() <= largest_kept_text; }

  [[nodiscard]] ondemand::document& parsed() noexcept { return parsed_; }
  [[nodiscard]] IndexedText& text() noexcept { return text_; }
  [[nodiscard]] const Document& document() const noexcept { return document_; }

  [[nodiscard]] const char* end() const noexcept { return text_.text().data() + text_.text().size(); }
  /// Whether `part` is within the text.
  [[nodiscard]] bool holds(std::string_view part) const noexcept {
    return part.data() >= text_.text().data() && part.data() < end() &&
           part.size() <= static_cast<std::size_t>(end() - part.data());
  }

  void check(error_code error) {
    if (error == simdjson::SUCCESS) return;
    fail_json(document_, text_.text(), text_.position(), error);
  }
  template <class T>
  T take(simdjson::simdjson_result<T> result) {
    T value;
    check(std::move(result).get(value));
    return value;
  }
  /// @throws DecodeError when something follows the value just read
  void check_end() {
    const char* at = nullptr;
    if (parsed_.current_location().get(at) == simdjson::SUCCESS)
      fail_at(document_, at, "not JSON: unexpected text after the value");
  }

 private:
  const Document& document_;
  IndexedText& text_;
  ondemand::document& parsed_;
  bool keep_ = false;
};

Value value_of(const Document& document, std::string_view text) {
  const auto kind = kind_of(text);
  // A null is never converted, so nothing else would notice a word that merely begins like one.
  if (!kind || (*kind == Kind::null && text != "null")) fail_at(document, text.data(), "not JSON: expected a value");
  return {*kind, text};
}

/// The first non-blank character from `at`; the document's padding ends any text.
char next_character(const char* at) noexcept {
  while (is_blank(*at)) ++at;
  return *at;
}

// simdjson skips a value by counting brackets, but trusts its first token: if that is not a value, or is a string
// followed by a colon, it also skips the end of what is being walked. The index has nothing beyond that end, so these
// two checks prevent out-of-bounds reads on malformed text.

/// @throws DecodeError unless simdjson can safely skip the value
void check_skippable(const Walk& walk, ondemand::value value) {
  const std::string_view token = value.raw_json_token();  // up to the next token
  if (!walk.holds(token)) fail_at(walk.document(), walk.end(), "not JSON: unexpected end of the text");
  if (!kind_of(token)) fail_at(walk.document(), token.data(), "not JSON: expected a value");
  const char* next = token.data() + token.size();
  if (token.front() == '"' && *next == ':') fail_at(walk.document(), next, "not JSON: unexpected colon");
}

/// @param open the beginning of an array; array::raw_json() skips its first element first
void check_first_element(const Document& document, const char* open) {
  const char* first = open + 1;
  while (next_character(first) != *first) ++first;
  if (*first == ']') return;
  if (!kind_of({first, 1})) fail_at(document, first, "not JSON: expected a value");
  if (*first != '"') return;
  const char* end = first + 1;
  while (*end != '"' && *end != '\0') end += *end == '\\' ? 2 : 1;
  if (*end == '"' && next_character(end + 1) == ':') fail_at(document, end, "not JSON: unexpected colon");
}

/// The extent of a value; the walk is then past it.
Value extent(Walk& walk, ondemand::value value) {
  const Value shallow = value_of(walk.document(), without_trailing_blanks(value.raw_json_token()));
  if (shallow.kind == Kind::object) {
    return {Kind::object, without_trailing_blanks(walk.take(walk.take(value.get_object()).raw_json()))};
  }
  if (shallow.kind == Kind::array) {
    check_first_element(walk.document(), shallow.text.data());
    return {Kind::array, without_trailing_blanks(walk.take(walk.take(value.get_array()).raw_json()))};
  }
  return shallow;
}

/// The key, unescaped if necessary. It ends within the document; otherwise indexing would have failed.
std::string_view key_of(Walk& walk, ondemand::field& field) {
  const std::string_view text = walk.document().text();
  const char* raw = field.key().raw();
  const char* end = raw;
  while (end < text.data() + text.size() && *end != '"' && *end != '\\') ++end;
  if (*end == '"') return {raw, static_cast<std::size_t>(end - raw)};
  return walk.document().keep_unescaped(raw, walk.take(field.unescaped_key()));
}

/// Calls `visit(field)` for each field until it returns false.
template <class Visit>
void walk_object(Walk& walk, ondemand::object object, Visit&& visit) {
  for (auto result : object) {
    ondemand::field field = walk.take(std::move(result));
    check_skippable(walk, field.value());
    if (!visit(field)) return;
  }
}

/// The same for the elements of an array.
template <class Visit>
void walk_array(Walk& walk, ondemand::array array, Visit&& visit) {
  for (auto result : array) {
    const ondemand::value value = walk.take(std::move(result));
    check_skippable(walk, value);
    if (!visit(value)) return;
  }
}

bool has_name(Walk& walk, ondemand::field& field, const PointerToken& token) {
  const auto match = token.match(field.key().raw());
  if (match != PointerToken::Match::escaped) return match == PointerToken::Match::yes;
  return token.names(walk.take(field.unescaped_key()));
}

/// The extent that the tokens of `rest` lead to from `from`, which is read to its end unless there are none: the last
/// of fields with the same name counts, as it does when parsing the whole text.
std::optional<Value> find_below(Walk& walk, ondemand::value from, JsonPointer rest) {
  if (rest.is_empty()) return extent(walk, from);
  const PointerToken token = rest.take();
  std::optional<Value> found;
  const auto type = walk.take(from.type());
  if (type == ondemand::json_type::object) {
    walk_object(walk, walk.take(from.get_object()), [&](ondemand::field& field) {
      if (has_name(walk, field, token)) found = find_below(walk, field.value(), rest);
      return true;
    });
  } else if (type == ondemand::json_type::array) {
    const auto index = token.index();
    if (!index) return std::nullopt;
    std::size_t position = 0;
    walk_array(walk, walk.take(from.get_array()), [&](ondemand::value value) {
      if (position++ != *index) return true;
      found = find_below(walk, value, rest);
      return false;
    });
  }
  return found;
}

/// The names of an object's fields, if there are few, to detect duplicates.
class FieldNames {
 public:
  /// @param raw after its opening quote; the closing one ends it
  void add(const char* raw) noexcept {
    const char* end = raw;
    while (*end != '"' && *end != '\\') ++end;
    const std::string_view name(raw, static_cast<std::size_t>(end - raw));
    const auto last = names_.begin() + static_cast<std::ptrdiff_t>(count_);
    const bool is_new = *end == '"' && count_ < names_.size() && std::find(names_.begin(), last, name) == last;
    if (is_new) names_[count_++] = name;
    are_distinct_ = are_distinct_ && is_new;
  }
  /// Also false when there are many, or one has an escape.
  [[nodiscard]] bool are_distinct() const noexcept { return are_distinct_; }

 private:
  std::array<std::string_view, 16> names_;
  std::size_t count_ = 0;
  bool are_distinct_ = true;
};

/// The same from the text's root, with at least one token. The whole text is walked once to check for duplicate field
/// names; without any, later lookups can stop at the field they find.
std::optional<Value> find_from_root(Walk& walk, JsonPointer rest) {
  ondemand::value root = walk.take(walk.parsed().get_value());
  if (walk.take(root.type()) != ondemand::json_type::object) return find_below(walk, root, rest);
  const PointerToken token = rest.take();
  const bool is_distinct = walk.text().has_distinct_fields();
  FieldNames names;
  std::optional<Value> found;
  walk_object(walk, walk.take(root.get_object()), [&](ondemand::field& field) {
    if (!is_distinct) names.add(field.key().raw());
    if (!has_name(walk, field, token)) return true;
    found = find_below(walk, field.value(), rest);
    return !is_distinct;
  });
  if (!is_distinct) walk.text().note_distinct_fields(names.are_distinct());
  return found;
}

bool is_container(std::string_view text) noexcept {
  return !text.empty() && (text.front() == '{' || text.front() == '[');
}

/// Parses a scalar as a separate document, so that simdjson validates all of it.
template <class Read>
auto read_scalar(const Document& document, const Value& value, Read&& read) {
  Walk walk(document, parsers().scalars, value.text);
  return read(walk);
}

/// Whether the whole text of the value is a scalar.
bool is_scalar(const Document& document, const Value& value) {
  switch (value.kind) {
    case Kind::null:
      return value.text == "null";
    case Kind::boolean:
      return value.text == "true" || value.text == "false";
    case Kind::number:
      return read_scalar(document, value,
                         [](Walk& walk) { return walk.parsed().get_double().error() == simdjson::SUCCESS; });
    case Kind::string:
      return read_scalar(document, value, [&](Walk& walk) {
        const std::string_view token = without_trailing_blanks(walk.take(walk.parsed().raw_json_token()));
        return token.size() == value.text.size() && walk.parsed().get_string().error() == simdjson::SUCCESS;
      });
    default:
      return false;
  }
}

/// Keeps only the last of fields with the same name.
void drop_repeated(std::vector<Field>& fields) {
  constexpr std::size_t few = 16;
  const auto stands_again = [&](const Field& field) {
    const Field* const end = fields.data() + fields.size();
    return std::any_of(&field + 1, end, [&](const Field& other) { return other.key == field.key; });
  };
  if (fields.size() <= few && std::none_of(fields.begin(), fields.end(), stands_again)) return;
  std::unordered_set<std::string_view> later;
  const auto first_kept = std::remove_if(fields.rbegin(), fields.rend(),
                                         [&](const Field& field) { return !later.insert(field.key).second; });
  fields.erase(fields.begin(), first_kept.base());
}

/// A fast path for the counts of a state, which are too short to overflow.
std::optional<std::int64_t> small_integer(std::string_view text) noexcept {
  constexpr std::size_t most_digits = 18;
  if (text.empty() || text.size() > most_digits || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

void fail_at(const Document& document, const char* position, const std::string& message) {
  const char* begin = document.text().data();
  const bool inside = position >= begin && position <= begin + document.text().size();
  throw DecodeError(document.origin() + ": " + message, inside ? static_cast<std::size_t>(position - begin) : 0);
}

Value root(const Document& document) {
  const std::string_view text = trimmed(document.text());
  const auto kind = kind_of(text);
  if (!kind) refuse_body(document, "expected JSON");
  const Value value{*kind, text};
  if (!is_container(text)) {
    if (!is_scalar(document, value)) refuse_body(document, "expected JSON");
    return value;
  }
  Walk walk(document, text);
  if (value.kind == Kind::object) {
    walk_object(walk, walk.take(walk.parsed().get_object()), [&](ondemand::field& field) {
      static_cast<void>(extent(walk, field.value()));
      return true;
    });
  } else {
    walk_array(walk, walk.take(walk.parsed().get_array()), [&](ondemand::value element) {
      static_cast<void>(extent(walk, element));
      return true;
    });
  }
  walk.check_end();
  walk.keep();
  return value;
}

std::vector<Field> fields(const Document& document, const Value& value) {
  if (value.kind != Kind::object) fail_at(document, value.text.data(), "expected an object");
  std::vector<Field> found;
  Walk walk(document, value.text);
  walk_object(walk, walk.take(walk.parsed().get_object()), [&](ondemand::field& field) {
    const std::string_view key = key_of(walk, field);
    found.push_back({key, extent(walk, field.value())});
    return true;
  });
  walk.keep();
  drop_repeated(found);
  return found;
}

std::vector<Value> elements(const Document& document, const Value& value) {
  if (value.kind != Kind::array) fail_at(document, value.text.data(), "expected an array");
  std::vector<Value> found;
  Walk walk(document, value.text);
  walk_array(walk, walk.take(walk.parsed().get_array()), [&](ondemand::value element) {
    found.push_back(extent(walk, element));
    return true;
  });
  walk.keep();
  return found;
}

void walk_rows(const Document& document, const Value& value, const std::function<void()>& begin_row,
               const std::function<void(const Field& field)>& visit) {
  if (value.kind != Kind::array) fail_at(document, value.text.data(), "expected an array");
  Walk walk(document, value.text);
  walk_array(walk, walk.take(walk.parsed().get_array()), [&](ondemand::value element) {
    const char* position = element.raw_json_token().data();
    if (kind_of(*position) != Kind::object) fail_at(document, position, "expected an object");
    begin_row();
    walk_object(walk, walk.take(element.get_object()), [&](ondemand::field& field) {
      const std::string_view key = key_of(walk, field);
      visit({key, extent(walk, field.value())});
      return true;
    });
    return true;
  });
  walk.keep();
}

std::optional<Value> find(const Document& document, std::string_view text, std::string_view pointer) {
  JsonPointer rest(pointer);
  if (rest.is_empty()) return value_of(document, text);
  if (!is_container(text)) return std::nullopt;
  Walk walk(document, text);
  const std::optional<Value> found = find_from_root(walk, rest);
  walk.keep();
  return found;
}

std::optional<std::string_view> as_string(const Document& document, const Value& value) {
  if (value.kind != Kind::string) return std::nullopt;
  const std::string_view text = value.text;
  if (text.size() < 2 || text.back() != '"') fail_at(document, text.data(), "not JSON: unterminated string");
  const std::string_view content = text.substr(1, text.size() - 2);
  if (content.find('\\') == std::string_view::npos) return content;
  return read_scalar(document, value, [&](Walk& walk) {
    return document.keep_unescaped(content.data(), walk.take(walk.parsed().get_string()));
  });
}

std::optional<std::int64_t> as_int64(const Document& document, const Value& value) {
  if (value.kind != Kind::number) return std::nullopt;
  if (const auto small = small_integer(value.text)) return small;
  return read_scalar(document, value, [&](Walk& walk) -> std::optional<std::int64_t> {
    ondemand::number number;
    const error_code error = walk.parsed().get_number().get(number);
    if (error != simdjson::SUCCESS && is_number(value.text)) return std::nullopt;
    walk.check(error);
    if (!number.is_int64()) return std::nullopt;
    return number.get_int64();
  });
}

std::optional<double> as_double(const Document& document, const Value& value) {
  if (value.kind != Kind::number) return std::nullopt;
  return read_scalar(document, value, [&](Walk& walk) -> std::optional<double> {
    double number = 0;
    const error_code error = walk.parsed().get_double().get(number);
    if (error != simdjson::SUCCESS && is_number(value.text)) return std::nullopt;
    walk.check(error);
    return number;
  });
}

std::optional<bool> as_bool(const Document& document, const Value& value) {
  if (value.kind != Kind::boolean) return std::nullopt;
  if (!is_scalar(document, value)) fail_at(document, value.text.data(), "not JSON: neither true nor false");
  return value.text == "true";
}

namespace {

bool is_page(std::string_view text) {
  constexpr std::array<std::string_view, 2> begins = {"<html", "<!doctype"};
  const auto same = [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); };
  return std::any_of(begins.begin(), begins.end(), [&](std::string_view begin) {
    return text.size() >= begin.size() && std::equal(begin.begin(), begin.end(), text.begin(), same);
  });
}

/// Only a proxy's page is quoted: any other text may be an object in another format, or an echo of the request.
std::string description_of(std::string_view text, const detail::Secrets& secrets) {
  constexpr std::size_t longest_page = 4096;
  if (text.empty()) return "an empty body";
  if (kind_of(text)) return "other JSON";
  if (!is_page(text)) return "text that is not JSON";
  const std::string shown = secrets.blotted(std::string(text.substr(0, longest_page)));
  return "'" + detail::excerpt(detail::prose(shown)) + "'";
}

}  // namespace

void refuse_body(const Document& document, const std::string& expected) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  std::string_view text = document.text();
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
  fail_at(document, document.text().data(), expected + ", got " + description_of(trimmed(text), document.secrets()));
}

void check_utf8(const Document& document, std::string_view text) {
  if (!simdjson::validate_utf8(text)) fail_at(document, text.data(), "not JSON: not UTF-8");
}

}  // namespace kplane::json
