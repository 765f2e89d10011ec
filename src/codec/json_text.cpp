// simdjson's on-demand parser, one per thread, and what it takes to use it safely on untrusted text: it checks what it
// walks over, and only the outline of what it skips, so every conversion checks its own text again.
#include "codec/json_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

#include <kplane/error.hpp>

#include "codec/excerpt.hpp"

namespace kplane::codec {

namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

static_assert(memory::PaddedBuffer::padding >= simdjson::SIMDJSON_PADDING);

// A parser keeps about seven bytes of index for each byte of the largest text it has seen. Above this, it gives them
// back.
constexpr std::size_t largest_kept_text = std::size_t{1} << 20;

/// Throws simdjson's error; what ends too early is found at its end.
[[noreturn]] void fail_json(const Document& document, std::string_view text, const char* position, error_code error) {
  const bool ends_early = error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT || error == simdjson::UNCLOSED_STRING;
  fail_at(document, ends_early ? text.data() + text.size() : position,
          std::string("not JSON: ") + simdjson::error_message(error));
}

/// A parser with the index of the text it read last, so that the next field of the same object is found without a new
/// one.
class IndexedText {
 public:
  /// @throws DecodeError, std::bad_alloc
  ondemand::document& open(const Document& document, std::string_view text) {
    if (document_id_ == document.id() && text_.data() == text.data() && text_.size() == text.size()) {
      parsed_.rewind();
      return parsed_;
    }
    close();
    if (text.empty()) fail_at(document, text.data(), "not JSON: empty");
    const std::size_t capacity = text.size() + simdjson::SIMDJSON_PADDING;
    const error_code error =
        parser_.iterate(simdjson::padded_string_view(text.data(), text.size(), capacity)).get(parsed_);
    if (error != simdjson::SUCCESS) {
      close();
      if (error == simdjson::MEMALLOC) throw std::bad_alloc();
      fail_json(document, text, text.data(), error);
    }
    document_id_ = document.id();
    text_ = text;
    return parsed_;
  }

  /// Forgets the text; after an error, because the parser stands anywhere then.
  void close() noexcept {
    document_id_ = 0;
    if (parser_.capacity() > largest_kept_text) parser_ = ondemand::parser();
  }

  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] const char* position() noexcept {
    const char* at = nullptr;
    if (parsed_.current_location().get(at) != simdjson::SUCCESS) return text_.data() + text_.size();
    return at >= text_.data() && at <= text_.data() + text_.size() ? at : text_.data();
  }

 private:
  ondemand::parser parser_;
  ondemand::document parsed_;
  std::uint64_t document_id_ = 0;
  std::string_view text_;
};

/// A thread's parsers: one for walks, whose index is worth keeping, and one for single scalars, which would push it
/// out.
struct Parsers {
  IndexedText walker;
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

/// Destructors of static objects may still read, after the main thread's own objects are gone, and even after
/// simdjson's singletons are: its parsers therefore stay to the end, and the singletons are made as early as can be.
Parsers& parsers() {
  if (kept_parsers == nullptr) {
    kept_parsers = new Parsers;
    [[maybe_unused]] thread_local const FreeParsers at_thread_exit;
  }
  return *kept_parsers;
}

/// An open text. Any error that leaves the scope by an exception closes it.
class Walk {
 public:
  Walk(const Document& document, IndexedText& text, std::string_view extent)
      : document_(document), text_(text), parsed_(text.open(document, extent)) {}
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;
  Walk(Walk&&) = delete;
  Walk& operator=(Walk&&) = delete;
  ~Walk() {
    if (!keep_) text_.close();
  }

  /// The text was read without an error: its index may serve again.
  void keep(std::size_t text_size) noexcept { keep_ = text_size <= largest_kept_text; }

  [[nodiscard]] ondemand::document& parsed() noexcept { return parsed_; }
  [[nodiscard]] const Document& document() const noexcept { return document_; }

  [[nodiscard]] const char* end() const noexcept { return text_.text().data() + text_.text().size(); }
  /// Whether `part` lies within the text.
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
  /// @throws DecodeError when something follows the value that was read to its end
  void check_end() {
    const char* at = nullptr;
    if (parsed_.current_location().get(at) == simdjson::SUCCESS)
      fail_at(document_, at, "not JSON: something follows its end");
  }

 private:
  const Document& document_;
  IndexedText& text_;
  ondemand::document& parsed_;
  bool keep_ = false;
};

std::string_view without_trailing_blanks(std::string_view text) noexcept {
  const auto end = text.find_last_not_of(" \t\r\n");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  return without_trailing_blanks(text.substr(begin));
}

/// What a value is, by its first character; broken scalars are found when they are converted.
std::optional<Kind> kind_of(std::string_view text) noexcept {
  switch (text.empty() ? '\0' : text.front()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return Kind::number;
    default:
      return std::nullopt;
  }
}

Value value_of(const Document& document, std::string_view text) {
  const auto kind = kind_of(text);
  // Nobody converts a null, so nobody else would notice a word that only begins like one.
  if (!kind || (*kind == Kind::null && text != "null"))
    fail_at(document, text.data(), "not JSON: no value stands here");
  return {*kind, text};
}

/// Refuses a body that does not even begin as it should: a proxy's page, or nothing. Only such a body is quoted.
[[noreturn]] void refuse_text(const Document& document, const std::string& expected) {
  const std::string quote = excerpt(document.text());
  fail_at(document, document.text().data(),
          expected + ", got " + (quote.empty() ? "an empty body" : "'" + quote + "'"));
}

/// The first character after the blanks at `at`; the document's padding ends any text.
char next_character(const char* at) noexcept {
  while (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n') ++at;
  return *at;
}

// simdjson skips a value by counting brackets, but takes its first token on trust: where that is no value, or a string
// with a colon behind it, it also skips the end of what is being walked. The index knows nothing beyond that end, so
// these two checks stand between broken text and reads out of bounds.

/// @throws DecodeError unless simdjson may be left to skip the value
void check_skippable(const Walk& walk, ondemand::value value) {
  const std::string_view token = value.raw_json_token();  // up to the next one
  if (!walk.holds(token)) fail_at(walk.document(), walk.end(), "not JSON: it ends too early");
  if (!kind_of(token)) fail_at(walk.document(), token.data(), "not JSON: no value stands here");
  const char* next = token.data() + token.size();
  if (token.front() == '"' && *next == ':') fail_at(walk.document(), next, "not JSON: a colon stands here");
}

/// @param open where an array begins; its first element is what array::raw_json() skips first
void check_first_element(const Document& document, const char* open) {
  const char* first = open + 1;
  while (next_character(first) != *first) ++first;
  if (*first == ']') return;
  if (!kind_of({first, 1})) fail_at(document, first, "not JSON: no value stands here");
  if (*first != '"') return;
  const char* end = first + 1;
  while (*end != '"' && *end != '\0') end += *end == '\\' ? 2 : 1;
  if (*end == '"' && next_character(end + 1) == ':') fail_at(document, end, "not JSON: a colon stands here");
}

/// The extent of a value; the walk then stands behind it.
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

/// The text of the key that begins at `raw`, without its quotes; it ends within the document, or the indexing would
/// have failed.
std::string_view raw_key(const Document& document, const char* raw) {
  const char* end = document.text().data() + document.text().size();
  const char* at = raw;
  while (at < end && *at != '"') at += *at == '\\' ? 2 : 1;
  if (at >= end) fail_at(document, raw, "not JSON: a key does not end");
  return {raw, static_cast<std::size_t>(at - raw)};
}

/// The key, unescaped where it has to be.
std::string_view key_of(Walk& walk, ondemand::field& field) {
  const std::string_view raw = raw_key(walk.document(), field.key().raw());
  if (raw.find('\\') == std::string_view::npos) return raw;
  const auto unescaped = walk.take(field.unescaped_key());
  return walk.document().keep_unescaped(raw.data(), unescaped);
}

/// Calls `visit(key, value)` for each field until it returns false. @return whether all fields were visited
template <class Visit>
bool walk_object(Walk& walk, ondemand::object object, Visit&& visit) {
  for (auto result : object) {
    ondemand::field field = walk.take(std::move(result));
    const std::string_view key = key_of(walk, field);
    check_skippable(walk, field.value());
    if (!visit(key, field.value())) return false;
  }
  return true;
}

/// The same for the elements of an array.
template <class Visit>
bool walk_array(Walk& walk, ondemand::array array, Visit&& visit) {
  for (auto result : array) {
    const ondemand::value value = walk.take(std::move(result));
    check_skippable(walk, value);
    if (!visit(value)) return false;
  }
  return true;
}

// ---- JSON pointers

constexpr std::ptrdiff_t deepest_pointer = 1'000;  // simdjson's on-demand parser must not descend below 1,024 levels

[[noreturn]] void refuse_pointer(std::string_view pointer) {
  throw ConfigError("'" + std::string(pointer) + "' is not a JSON pointer such as /status/phase (RFC 6901)");
}

/// The first token of a non-empty pointer, unescaped; the rest stays in `pointer`.
std::string take_token(std::string_view& pointer, std::string_view whole) {
  const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
  const std::string_view raw = pointer.substr(1, end - 1);
  std::string token;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '~') {
      token += raw[i];
      continue;
    }
    const char code = i + 1 < raw.size() ? raw[++i] : '\0';
    if (code != '0' && code != '1') refuse_pointer(whole);
    token += code == '0' ? '~' : '/';
  }
  pointer.remove_prefix(end);
  return token;
}

void check_pointer(std::string_view pointer) {
  if (!pointer.empty() && pointer.front() != '/') refuse_pointer(pointer);
  if (std::count(pointer.begin(), pointer.end(), '/') > deepest_pointer) {
    throw ConfigError("a JSON pointer must not be more than " + std::to_string(deepest_pointer) + " levels deep");
  }
  for (std::size_t at = pointer.find('~'); at != std::string_view::npos; at = pointer.find('~', at + 1)) {
    const char code = at + 1 < pointer.size() ? pointer[at + 1] : '\0';
    if (code != '0' && code != '1') refuse_pointer(pointer);
  }
}

/// An array index (RFC 6901 §4): digits without a leading zero.
std::optional<std::size_t> parse_index(std::string_view token) noexcept {
  constexpr std::size_t most_digits = 9;
  if (token.empty() || token.size() > most_digits || (token.size() > 1 && token.front() == '0')) return std::nullopt;
  std::size_t index = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') return std::nullopt;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index;
}

std::optional<ondemand::value> step(Walk& walk, ondemand::value from, const std::string& token) {
  std::optional<ondemand::value> found;
  const auto type = walk.take(from.type());
  if (type == ondemand::json_type::object) {
    walk_object(walk, walk.take(from.get_object()), [&](std::string_view key, ondemand::value value) {
      if (key != token) return true;
      found = value;
      return false;
    });
  } else if (type == ondemand::json_type::array) {
    const auto index = parse_index(token);
    if (!index) return std::nullopt;
    std::size_t position = 0;
    walk_array(walk, walk.take(from.get_array()), [&](ondemand::value value) {
      if (position++ != *index) return true;
      found = value;
      return false;
    });
  }
  return found;
}

bool is_container(std::string_view text) noexcept {
  return !text.empty() && (text.front() == '{' || text.front() == '[');
}

/// A scalar as a document of its own, which simdjson then checks from its first to its last character.
template <class Read>
auto read_scalar(const Document& document, const Value& value, Read&& read) {
  Walk walk(document, parsers().scalars, value.text);
  return read(walk);
}

/// Whether the value's text is a scalar from its first to its last character.
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

std::size_t count_digits(std::string_view text) noexcept {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// Whether the text is a number by RFC 8259 §6, whatever its size: simdjson calls one that does not fit an error too.
bool is_number(std::string_view text) noexcept {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  const std::size_t whole = count_digits(text);
  if (whole == 0 || (whole > 1 && text.front() == '0')) return false;
  text.remove_prefix(whole);
  if (!text.empty() && text.front() == '.') {
    const std::size_t fraction = count_digits(text.substr(1));
    if (fraction == 0) return false;
    text.remove_prefix(1 + fraction);
  }
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return !text.empty() && count_digits(text) == text.size();
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
  if (!kind) refuse_text(document, "expected JSON");
  const Value value{*kind, text};
  if (!is_container(text)) {
    if (!is_scalar(document, value)) refuse_text(document, "expected JSON");
    return value;
  }
  Walk walk(document, parsers().walker, text);
  if (value.kind == Kind::object) {
    walk_object(walk, walk.take(walk.parsed().get_object()), [&](std::string_view, ondemand::value field) {
      static_cast<void>(extent(walk, field));
      return true;
    });
  } else {
    walk_array(walk, walk.take(walk.parsed().get_array()), [&](ondemand::value element) {
      static_cast<void>(extent(walk, element));
      return true;
    });
  }
  walk.check_end();
  walk.keep(text.size());
  return value;
}

std::vector<Field> fields(const Document& document, const Value& value) {
  if (value.kind != Kind::object) fail_at(document, value.text.data(), "expected an object");
  std::vector<Field> found;
  Walk walk(document, parsers().walker, value.text);
  walk_object(walk, walk.take(walk.parsed().get_object()), [&](std::string_view key, ondemand::value field) {
    found.push_back({key, extent(walk, field)});
    return true;
  });
  walk.keep(value.text.size());
  return found;
}

std::vector<Value> elements(const Document& document, const Value& value) {
  if (value.kind != Kind::array) fail_at(document, value.text.data(), "expected an array");
  std::vector<Value> found;
  Walk walk(document, parsers().walker, value.text);
  walk_array(walk, walk.take(walk.parsed().get_array()), [&](ondemand::value element) {
    found.push_back(extent(walk, element));
    return true;
  });
  walk.keep(value.text.size());
  return found;
}

std::optional<Value> find(const Document& document, std::string_view text, std::string_view pointer) {
  check_pointer(pointer);
  if (pointer.empty()) return value_of(document, text);
  if (!is_container(text)) return std::nullopt;
  const std::string_view whole = pointer;
  Walk walk(document, parsers().walker, text);
  std::optional<ondemand::value> at = walk.take(walk.parsed().get_value());
  while (at && !pointer.empty()) at = step(walk, *at, take_token(pointer, whole));
  std::optional<Value> found;
  if (at) found = extent(walk, *at);
  walk.keep(text.size());
  return found;
}

std::optional<std::string_view> as_string(const Document& document, const Value& value) {
  if (value.kind != Kind::string) return std::nullopt;
  const std::string_view text = value.text;
  if (text.size() < 2 || text.back() != '"') fail_at(document, text.data(), "not JSON: a string does not end");
  const std::string_view content = text.substr(1, text.size() - 2);
  if (content.find('\\') == std::string_view::npos) return content;
  return read_scalar(document, value, [&](Walk& walk) {
    return document.keep_unescaped(content.data(), walk.take(walk.parsed().get_string()));
  });
}

std::optional<std::int64_t> as_int64(const Document& document, const Value& value) {
  if (value.kind != Kind::number) return std::nullopt;
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
  return read_scalar(document, value, [](Walk& walk) { return walk.take(walk.parsed().get_bool()); });
}

namespace {

/// A list that stands twice would be read as one longer list.
void refuse_second(Walk& walk, const Slot& first, ondemand::value value, const char* name) {
  if (first)
    fail_at(walk.document(), value.raw_json_token().data(), std::string(name) + " stands here for the second time");
}

StateExtents::Resource resource_extents(Walk& walk, ondemand::value entry) {
  StateExtents::Resource resource;
  ondemand::object object;
  resource.position = entry.raw_json_token().data();
  if (entry.get_object().get(object) != simdjson::SUCCESS)
    fail_at(walk.document(), resource.position, "resources: expected an object");
  walk_object(walk, object, [&](std::string_view key, ondemand::value value) {
    if (key == "items") {
      refuse_second(walk, resource.items, value, "items");
      resource.items = value_of(walk.document(), without_trailing_blanks(value.raw_json_token()));
      if (resource.items->kind != Kind::array) return true;
      walk_array(walk, walk.take(value.get_array()), [&](ondemand::value item) {
        resource.objects.push_back(extent(walk, item));
        return true;
      });
    } else if (key == "group") {
      resource.group = extent(walk, value);
    } else if (key == "resource") {
      resource.resource = extent(walk, value);
    } else if (key == "synced") {
      resource.synced = extent(walk, value);
    } else if (key == "itemCount") {
      resource.item_count = extent(walk, value);
    }
    return true;
  });
  return resource;
}

}  // namespace

StateExtents state_extents(const Document& document) {
  StateExtents extents;
  const std::string_view text = trimmed(document.text());
  if (text.empty() || text.front() != '{') refuse_text(document, "expected a JSON object");
  Walk walk(document, parsers().walker, text);
  walk_object(walk, walk.take(walk.parsed().get_object()), [&](std::string_view key, ondemand::value value) {
    if (key == "resources") {
      refuse_second(walk, extents.resources, value, "resources");
      extents.resources = value_of(document, without_trailing_blanks(value.raw_json_token()));
      if (extents.resources->kind != Kind::array) return true;
      walk_array(walk, walk.take(value.get_array()), [&](ondemand::value entry) {
        extents.entries.push_back(resource_extents(walk, entry));
        return true;
      });
    } else if (key == "cluster") {
      extents.cluster = extent(walk, value);
    } else if (key == "snapshotTime") {
      extents.snapshot_time = extent(walk, value);
    } else if (key == "liveResources") {
      extents.live_resources = extent(walk, value);
    }
    return true;
  });
  walk.check_end();
  return extents;
}

}  // namespace kplane::codec
