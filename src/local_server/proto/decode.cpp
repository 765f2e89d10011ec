#include "local_server/proto/decode.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include <nlohmann/json.hpp>

#include "local_server/base/base64.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/proto/messages.hpp"
#include "local_server/proto/wire.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using EncodingKind = Encoding::Kind;
using Container = Encoding::Container;

constexpr std::string_view kMagic("k8s\0", 4);

// Go's JSON encoder replaces invalid UTF-8.
json text_value(std::string_view bytes) {
  const bool plain = std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
  json text(bytes);
  return plain ? text : json::parse(to_text(text));
}

/// The numeric fields of a message; the last of several counts.
struct Fields {
  std::string_view bytes_1{}, bytes_2{}, bytes_3{};
  std::int64_t number_1 = 0, number_2 = 0;
};

Fields read_fields(std::string_view bytes) {
  Fields fields;
  WireReader reader(bytes);
  for (WireField field; reader.next(field);) {
    if (field.field == 1) fields.bytes_1 = field.bytes;
    if (field.field == 2) fields.bytes_2 = field.bytes;
    if (field.field == 3) fields.bytes_3 = field.bytes;
    if (field.field == 1) fields.number_1 = static_cast<std::int64_t>(field.number);
    if (field.field == 2) fields.number_2 = static_cast<std::int64_t>(field.number);
  }
  return fields;
}

// Go's zero time is encoded as an empty message and written as null.
json time_value(std::string_view bytes, bool micro) {
  if (bytes.empty()) return nullptr;
  constexpr std::int64_t kFirst = -62'135'596'800;  // of the year 1
  constexpr std::int64_t kLast = 253'402'300'799;   // of the year 9999
  constexpr std::int64_t kMicro = 1'000;
  constexpr std::int64_t kMaxNanos = 999'999'999;
  const Fields fields = read_fields(bytes);
  if (fields.number_1 < kFirst || fields.number_1 > kLast)
    throw ProtobufError("Time.MarshalJSON: year outside of range [0,9999]");
  std::string text = rfc3339(std::chrono::seconds(fields.number_1));
  if (!micro) return text;
  char fraction[16];
  const auto nanos = std::clamp<std::int64_t>(fields.number_2, 0, kMaxNanos);
  std::snprintf(fraction, sizeof fraction, ".%06dZ", static_cast<int>(nanos / kMicro));
  text.replace(text.size() - 1, 1, fraction);
  return text;
}

json int_or_string(std::string_view bytes) {
  const Fields fields = read_fields(bytes);
  if (fields.number_1 == 0) return static_cast<std::int32_t>(fields.number_2);
  return text_value(fields.bytes_3);
}

json raw_value(std::string_view bytes) {
  const std::string_view text = read_fields(bytes).bytes_1;
  if (text.empty()) return nullptr;
  try {
    return parse_json(text);
  } catch (const JsonTextError& error) {
    throw ProtobufError(error.what());
  }
}

double double_of(std::uint64_t bits) {
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

bool is_zero_value(const json& value) {
  if (value.is_null() || value == false) return true;
  if (value.is_number()) return value == 0;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return value.is_structured() && value.empty();
}

WireType wire_type_of(const Encoding& encoding) {
  if (encoding.container == Container::map) return WireType::bytes;
  if (encoding.kind == EncodingKind::integer || encoding.kind == EncodingKind::boolean) return WireType::varint;
  return encoding.kind == EncodingKind::number ? WireType::fixed64 : WireType::bytes;
}

/// Decodes one object. A few bytes of protobuf can become much JSON, so values are counted.
class MessageDecoder {
 public:
  void decode(const Message& message, std::string_view bytes, json& object) {
    const Depth depth(*this);
    read(message, bytes, object);
    settle(message, object);
  }

 private:
  struct Depth {
    explicit Depth(MessageDecoder& owner) : decoder(owner) {
      if (++decoder.depth_ > kMaxNesting) throw ProtobufError("exceeded max depth of " + std::to_string(kMaxNesting));
      decoder.count();
    }
    ~Depth() { --decoder.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    MessageDecoder& decoder;
  };

  void count() {
    if (++nodes_ > kMaxNodes) throw ProtobufError("the object is too large");
  }

  void read(const Message& message, std::string_view bytes, json& object) {
    WireReader reader(bytes);
    for (WireField wire; reader.next(wire);) {
      const MessageField* field = message.find(wire.field);
      if (field == nullptr) continue;  // of a newer version
      count();
      const bool packed = field->encoding.container == Container::list && wire.type == WireType::bytes;
      if (packed && wire_type_of(field->encoding) == WireType::varint) {
        read_packed(*field, wire.bytes, object[field->name]);
        continue;
      }
      if (wire.type != wire_type_of(field->encoding)) {
        throw ProtobufError("proto: wrong wireType = " + std::to_string(static_cast<int>(wire.type)) + " for field " +
                            field->name);
      }
      read_field(*field, wire, object);
    }
  }

  void read_field(const MessageField& field, const WireField& wire, json& object) {
    if (field.name.empty()) {
      const Depth depth(*this);
      read(*field.encoding.message, wire.bytes, object);
      settle_inlined(field, object);
      return;
    }
    json& place = object[field.name];
    if (field.encoding.container == Container::list) {
      place.push_back(value(field.encoding, wire, json()));
    } else if (field.encoding.container == Container::map) {
      read_entry(field.encoding, wire.bytes, place);
    } else {
      place = value(field.encoding, wire, std::move(place));
    }
  }

  void read_packed(const MessageField& field, std::string_view bytes, json& list) {
    // Packed numbers have no tags, so tags are inserted for the field reader.
    constexpr unsigned char kMore = 0x80;
    while (!bytes.empty()) {
      const auto last =
          std::find_if(bytes.begin(), bytes.end(), [](char c) { return (static_cast<unsigned char>(c) & kMore) == 0; });
      if (last == bytes.end()) throw ProtobufError("unexpected EOF");
      const auto size = static_cast<std::size_t>(last - bytes.begin()) + 1;
      const std::string tagged = '\x08' + std::string(bytes.substr(0, size));
      WireField wire;
      static_cast<void>(WireReader(tagged).next(wire));
      count();
      list.push_back(value(field.encoding, wire, json()));
      bytes.remove_prefix(size);
    }
  }

  // An entry is a message with a key and a value, each omitted when zero.
  void read_entry(const Encoding& encoding, std::string_view bytes, json& map) {
    WireField entry{2, wire_type_of({encoding.kind, Container::none, nullptr}), 0, {}};
    json key("");
    WireReader reader(bytes);
    for (WireField field; reader.next(field);) {
      if (field.field == 1) key = text_value(field.bytes);
      if (field.field == 2 && field.type == entry.type) entry = field;
    }
    if (!map.is_object()) map = json::object();
    map[key.get_ref<const std::string&>()] = value({encoding.kind, Container::none, encoding.message}, entry, json());
  }

  json value(const Encoding& encoding, const WireField& wire, json before) {
    switch (encoding.kind) {
      case EncodingKind::string:
        return text_value(wire.bytes);
      case EncodingKind::integer:
        return static_cast<std::int64_t>(wire.number);
      case EncodingKind::boolean:
        return wire.number != 0;
      case EncodingKind::number:
        return double_of(wire.number);
      case EncodingKind::bytes:
        return base64(wire.bytes);
      case EncodingKind::quantity: {
        const std::string_view text = read_fields(wire.bytes).bytes_1;
        return text.empty() ? json("0") : text_value(text);
      }
      case EncodingKind::time:
      case EncodingKind::micro_time:
        return time_value(wire.bytes, encoding.kind == EncodingKind::micro_time);
      case EncodingKind::int_or_string:
        return int_or_string(wire.bytes);
      case EncodingKind::raw:
        return raw_value(wire.bytes);
      case EncodingKind::strings:
        return strings(wire.bytes, 1);
      case EncodingKind::message:
        // Repeated occurrences are merged.
        if (!before.is_object()) before = json::object();
        decode(*encoding.message, wire.bytes, before);
        return before;
      case EncodingKind::schema_or_array:
      case EncodingKind::schema_or_bool:
      case EncodingKind::schema_or_strings:
        return schema_or(encoding.kind, wire.bytes);
    }
    return nullptr;
  }

  json strings(std::string_view bytes, int number) {
    json list = json::array();
    WireReader reader(bytes);
    for (WireField field; reader.next(field);) {
      count();
      if (field.field == number) list.push_back(text_value(field.bytes));
    }
    return list;
  }

  json schema(std::string_view bytes) {
    json object = json::object();
    decode(schema_message(), bytes, object);
    return object;
  }

  json schema_or(EncodingKind kind, std::string_view bytes) {
    const int of_schema = kind == EncodingKind::schema_or_bool ? 2 : 1;
    json list;
    bool allows = false;
    WireReader reader(bytes);
    for (WireField field; reader.next(field);) {
      if (field.field == of_schema && field.type == WireType::bytes) return schema(field.bytes);
      if (kind == EncodingKind::schema_or_array && field.field == 2) list.push_back(schema(field.bytes));
      if (kind == EncodingKind::schema_or_bool && field.field == 1) allows = field.number != 0;
    }
    if (kind == EncodingKind::schema_or_strings) return strings(bytes, 2);
    return kind == EncodingKind::schema_or_bool ? json(allows) : list;
  }

  // Applies Go's JSON rules for absent and empty fields.
  void settle(const Message& message, json& object) {
    for (const auto& field : message.fields) {
      if (field.name.empty()) {
        settle_inlined(field, object);
        continue;
      }
      const auto found = object.find(field.name);
      const bool is_sent = found != object.end();
      if (field.presence == Presence::when_not_zero && is_sent && is_zero_value(*found)) object.erase(found);
      if (field.presence == Presence::always && !is_sent) object[field.name] = absent(field.encoding);
    }
  }

  void settle_inlined(const MessageField& field, json& object) {
    if (field.presence == Presence::always) settle(*field.encoding.message, object);
  }

  json absent(const Encoding& encoding) {
    if (encoding.container != Container::none) return nullptr;
    switch (encoding.kind) {
      case EncodingKind::string:
        return "";
      case EncodingKind::integer:
      case EncodingKind::number:
      case EncodingKind::int_or_string:
        return 0;
      case EncodingKind::boolean:
        return false;
      case EncodingKind::quantity:
        return "0";
      case EncodingKind::message: {
        json object = json::object();
        decode(*encoding.message, {}, object);
        return object;
      }
      default:
        return nullptr;
    }
  }

  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
};

std::string hexadecimal(std::string_view bytes) {
  constexpr std::size_t kExcerpt = 30;
  static constexpr char kDigits[] = "0123456789abcdef";
  constexpr unsigned kHalf = 4;
  constexpr unsigned kLow = 15;
  std::string text;
  for (const char c : bytes.substr(0, kExcerpt)) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> kHalf];
    text += kDigits[byte & kLow];
  }
  return bytes.size() > kExcerpt ? text + " ..." : text;
}

[[noreturn]] void refuse_unrecognized(const std::string& wanted, const std::string& problem, std::string_view body) {
  throw StatusError(bad_request("the object provided is unrecognized (must be of type " + wanted + "): " + problem +
                                " (" + (body.empty() ? "<empty>" : hexadecimal(body)) + ")"));
}

struct Envelope {
  std::string api_version{};
  std::string kind{};
  std::string_view object{};
};

Envelope open_envelope(const std::string& wanted, std::string_view body) {
  if (body.empty()) refuse_unrecognized(wanted, "empty data", body);
  if (body.substr(0, kMagic.size()) != kMagic) {
    refuse_unrecognized(wanted,
                        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]", body);
  }
  if (body.size() == kMagic.size()) refuse_unrecognized(wanted, "empty body", body);
  try {
    const Fields unknown = read_fields(body.substr(kMagic.size()));
    const Fields type = read_fields(unknown.bytes_1);
    return {text_value(type.bytes_1), text_value(type.bytes_2), unknown.bytes_2};
  } catch (const ProtobufError& error) {
    refuse_unrecognized(wanted, error.what(), body);
  }
}

}  // namespace

std::string json_of_protobuf(const std::string& wanted, std::string_view body) {
  const Envelope envelope = open_envelope(wanted, body);
  const std::string failure =
      envelope.kind + " in version \"" + envelope.api_version + "\" cannot be handled as a " + wanted + ": ";
  const Message* message = find_message(envelope.api_version, envelope.kind);
  if (message == nullptr) {
    throw StatusError(bad_request(failure + "no kind \"" + envelope.kind + "\" is registered for version \"" +
                                  envelope.api_version + R"(" in scheme "pkg/runtime/scheme.go:110")"));
  }
  json object = json::object();
  try {
    MessageDecoder().decode(*message, envelope.object, object);
  } catch (const ProtobufError& error) {
    throw StatusError(bad_request(failure + error.what()));
  }
  object["apiVersion"] = envelope.api_version;
  object["kind"] = envelope.kind;
  return to_text(object);
}

}  // namespace kplane::testing::server
