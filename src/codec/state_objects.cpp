// Reads the envelope only: large values are skipped with the outline.
#include "codec/state_objects.hpp"

#include <string>

namespace kplane::codec {

namespace {

/// Reads from the beginning of a body to its end.
class Reader {
 public:
  Reader(const Document& document, const json::JsonOutline& outline)
      : document_(document),
        begin_(document.text().data()),
        at_(begin_),
        end_(begin_ + document.text().size()),
        objects_(outline.extents()) {}

  /// The next non-blank character; '\0' at the end, where the document's padding begins.
  char peek() noexcept {
    while (at_ < end_ && json::is_blank(*at_)) ++at_;
    return at_ < end_ ? *at_ : '\0';
  }
  [[nodiscard]] const char* position() const noexcept { return at_; }

  /// Calls `field(key)` for each field of the object that begins here; it must read the value.
  template <class ReadField>
  void read_object(ReadField&& read_field) {
    read_sequence('}', [&] {
      if (peek() != '"') fail("expected a key");
      const std::string_view key = key_of(read_string());
      if (peek() != ':') fail("expected a colon");
      ++at_;
      read_field(key);
    });
  }

  /// Calls `read_element()` for each element of the array that begins here.
  template <class ReadElement>
  void read_array(ReadElement&& read_element) {
    read_sequence(']', read_element);
  }

  json::Value read_value() {
    const auto kind = json::kind_of(peek());
    if (!kind) fail("expected a value");
    switch (*kind) {
      case json::Kind::object:
      case json::Kind::array:
        return {*kind, read_container(*kind)};
      case json::Kind::string:
        return {*kind, read_string()};
      default:
        return read_word(*kind);
    }
  }

  void check_end() {
    if (peek() != '\0' || at_ != end_) fail("unexpected text after the value");
  }

  [[noreturn]] void fail(const char* message) {
    json::fail_at(document_, at_, std::string("not JSON: ") + (at_ < end_ ? message : "unexpected end of the text"));
  }

 private:
  template <class ReadElement>
  void read_sequence(char close, ReadElement&& read_element) {
    ++at_;
    ++depth_;
    char next = peek();
    if (next == close) ++at_;
    while (next != close) {
      read_element();
      next = peek();
      if (next != ',' && next != close) fail("expected a comma");
      ++at_;
    }
    --depth_;
  }

  /// Containers above the level of the objects are read like the envelope, so the recursion is bounded.
  std::string_view read_container(json::Kind kind) {
    const char* begin = at_;
    if (depth_ + 1 == state_object_level) {
      pass_object();
    } else if (kind == json::Kind::object) {
      read_object([&](std::string_view) { static_cast<void>(read_value()); });
    } else {
      read_array([&] { static_cast<void>(read_value()); });
    }
    return since(begin);
  }

  void pass_object() {
    if (next_object_ == objects_.size() || begin_ + objects_[next_object_].begin != at_) fail("expected a value");
    const std::size_t end = objects_[next_object_++].end;
    const bool is_object = *at_ == '{';
    at_ = end == json::JsonOutline::no_end ? end_ : begin_ + end;
    if (end == json::JsonOutline::no_end) fail("unexpected end of the text");
    if (at_[-1] != (is_object ? '}' : ']')) json::fail_at(document_, at_ - 1, "not JSON: mismatched bracket");
  }

  std::string_view read_string() {
    const char* begin = at_;
    unsigned char all = 0;
    for (++at_; *at_ != '"'; ++at_) {
      if (*at_ == '\\' && at_ + 1 < end_) ++at_;
      const auto c = static_cast<unsigned char>(*at_);
      if (c < ' ') fail("control character in a string");
      all |= c;
    }
    if (at_ >= end_) fail("unexpected end of the text");
    ++at_;
    constexpr unsigned char beyond_ascii = 0x80;
    if ((all & beyond_ascii) != 0) json::check_utf8(document_, since(begin));
    return since(begin);
  }

  /// true, false, null or a number.
  json::Value read_word(json::Kind kind) {
    const char* begin = at_;
    while (at_ < end_ && !json::is_blank(*at_) && *at_ != ',' && *at_ != '}' && *at_ != ']') ++at_;
    const std::string_view text = since(begin);
    const bool is_sound =
        kind == json::Kind::number ? json::is_number(text) : text == "true" || text == "false" || text == "null";
    if (!is_sound) json::fail_at(document_, begin, "not JSON: expected a value");
    return {kind, text};
  }

  std::string_view key_of(std::string_view string) {
    return json::as_string(document_, {json::Kind::string, string}).value_or(std::string_view());
  }

  [[nodiscard]] std::string_view since(const char* begin) const noexcept {
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }

  const Document& document_;
  const char* begin_;
  const char* at_;
  const char* end_;
  std::int64_t depth_ = 0;
  const std::vector<json::JsonOutline::Extent>& objects_;
  std::size_t next_object_ = 0;
};

class StateReader {
 public:
  StateReader(const Document& document, const json::JsonOutline& outline, StateObjects& extents)
      : document_(document), reader_(document, outline), extents_(extents) {}

  void read() {
    if (reader_.peek() != '{') json::refuse_body(document_, "expected a JSON object");
    reader_.read_object([&](std::string_view key) {
      if (key == "resources") {
        read_list(extents_.resources, "resources", [&] { read_resource(); });
      } else {
        store(reader_.read_value(), slot_of(key));
      }
    });
    reader_.check_end();
  }

 private:
  static void store(const json::Value& value, Slot* slot) {
    if (slot != nullptr) *slot = value;
  }

  Slot* slot_of(std::string_view key) noexcept {
    if (key == "cluster") return &extents_.cluster;
    if (key == "snapshotTime") return &extents_.snapshot_time;
    if (key == "liveResources") return &extents_.live_resources;
    return nullptr;
  }

  static Slot* slot_of(std::string_view key, StateObjects::Resource& resource) noexcept {
    if (key == "group") return &resource.group;
    if (key == "resource") return &resource.resource;
    if (key == "synced") return &resource.synced;
    if (key == "itemCount") return &resource.item_count;
    return nullptr;
  }

  /// Reads an array into its slot. A duplicate field would otherwise be read as one longer array.
  template <class ReadElement>
  void read_list(Slot& slot, const char* name, ReadElement&& read_element) {
    const char first = reader_.peek();
    if (slot) json::fail_at(document_, reader_.position(), std::string(name) + " appears twice");
    if (first != '[') {
      slot = reader_.read_value();
      return;
    }
    slot = json::Value{json::Kind::array, {reader_.position(), 1}};
    reader_.read_array(read_element);
  }

  void read_resource() {
    StateObjects::Resource resource;
    if (reader_.peek() != '{') json::fail_at(document_, reader_.position(), "resources: expected an object");
    resource.position = reader_.position();
    resource.first_object = extents_.objects.size();
    reader_.read_object([&](std::string_view key) {
      if (key == "items") {
        read_list(resource.items, "items", [&] { extents_.objects.push_back(reader_.read_value()); });
      } else {
        store(reader_.read_value(), slot_of(key, resource));
      }
    });
    resource.object_count = extents_.objects.size() - resource.first_object;
    extents_.entries.push_back(resource);
  }

  const Document& document_;
  Reader reader_;
  StateObjects& extents_;
};

}  // namespace

StateObjects find_state_objects(const Document& document, const json::JsonOutline& outline) {
  constexpr std::size_t usual_resources = 64;
  StateObjects extents;
  extents.objects.reserve(outline.extents().size());
  extents.entries.reserve(usual_resources);
  StateReader(document, outline, extents).read();
  return extents;
}

}  // namespace kplane::codec
