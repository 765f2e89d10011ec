// The built-in types as protobuf encodes them, from tables/protobuf.json.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kplane::testing::server {

struct Message;

/// What a field of a message is.
struct Encoding {
  enum class Kind {
    string,
    integer,
    boolean,
    number,  ///< a double
    bytes,
    message,
    quantity,
    time,
    micro_time,
    int_or_string,
    raw,              ///< JSON in bytes
    strings,          ///< a list of strings that is a message of its own
    schema_or_array,  ///< of JSON schemas: the three that are one of two things
    schema_or_bool,
    schema_or_strings
  };
  enum class Container { none, list, map };

  Kind kind = Kind::string;
  Container container = Container::none;
  const Message* message = nullptr;
};

enum class Presence {
  always,        ///< JSON shows it, whatever it is
  when_sent,     ///< JSON shows it where it was sent
  when_not_zero  ///< JSON leaves it out when it is zero or empty
};

struct MessageField {
  int number = 0;
  std::string name{};  ///< as in JSON; empty: JSON shows the message's fields in its place
  Encoding encoding{};
  Presence presence = Presence::always;
};

struct Message {
  std::vector<MessageField> fields{};

  [[nodiscard]] const MessageField* find(int number) const;
};

/// The message of a kind such as `v1`, `Pod`; nullptr when there is none. Lives as long as the process.
[[nodiscard]] const Message* find_message(std::string_view api_version, std::string_view kind);
/// The message of a JSON schema, of which some encodings are made.
[[nodiscard]] const Message& schema_message();

}  // namespace kplane::testing::server
