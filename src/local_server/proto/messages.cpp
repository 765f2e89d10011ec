#include "local_server/proto/messages.hpp"

#include <map>

#include "local_server/base/tables.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using EncodingKind = Encoding::Kind;
using Container = Encoding::Container;

struct Messages {
  std::map<std::string, Message, std::less<>> by_name{};
  std::map<std::string, const Message*, std::less<>> by_kind{};
};

Encoding encoding_of(const Messages& messages, std::string_view text) {
  static const std::map<std::string_view, EncodingKind> leaves = {{"string", EncodingKind::string},
                                                                  {"int", EncodingKind::integer},
                                                                  {"bool", EncodingKind::boolean},
                                                                  {"double", EncodingKind::number},
                                                                  {"bytes", EncodingKind::bytes},
                                                                  {"Quantity", EncodingKind::quantity},
                                                                  {"Time", EncodingKind::time},
                                                                  {"MicroTime", EncodingKind::micro_time},
                                                                  {"IntOrString", EncodingKind::int_or_string},
                                                                  {"Raw", EncodingKind::raw},
                                                                  {"Items", EncodingKind::strings},
                                                                  {"SchemaOrArray", EncodingKind::schema_or_array},
                                                                  {"SchemaOrBool", EncodingKind::schema_or_bool},
                                                                  {"SchemaOrStrings", EncodingKind::schema_or_strings}};
  Encoding encoding;
  const std::string_view start = text.substr(0, 2);
  if (start == "[]") encoding.container = Container::list;
  if (start == "{}") encoding.container = Container::map;
  if (encoding.container != Container::none) text.remove_prefix(start.size());
  const auto leaf = leaves.find(text);
  if (leaf != leaves.end()) {
    encoding.kind = leaf->second;
    return encoding;
  }
  encoding.kind = EncodingKind::message;
  encoding.message = &messages.by_name.find(text)->second;
  return encoding;
}

Presence presence_of(const std::string& text) {
  if (text == "p") return Presence::when_sent;
  return text == "o" ? Presence::when_not_zero : Presence::always;
}

// The messages are there before their fields, which refer to them.
Messages read_messages() {
  const json table = parse_table(Table::protobuf);
  Messages messages;
  for (const auto& [name, fields] : table["messages"].items()) messages.by_name[name];
  for (const auto& [name, fields] : table["messages"].items()) {
    Message& message = messages.by_name[name];
    for (const auto& field : fields) {
      message.fields.push_back(
          {field[0], field[1], encoding_of(messages, field[2].get_ref<const std::string&>()), presence_of(field[3])});
    }
  }
  for (const auto& [kind, name] : table["kinds"].items()) {
    messages.by_kind[kind] = &messages.by_name.at(name.get_ref<const std::string&>());
  }
  return messages;
}

const Messages& messages() {
  static const Messages read = read_messages();
  return read;
}

}  // namespace

const MessageField* Message::find(int number) const {
  for (const auto& field : fields) {
    if (field.number == number) return &field;
  }
  return nullptr;
}

const Message* find_message(std::string_view api_version, std::string_view kind) {
  const auto found = messages().by_kind.find(std::string(api_version) + "/" + std::string(kind));
  return found == messages().by_kind.end() ? nullptr : found->second;
}

const Message& schema_message() {
  static const Message& message = messages().by_name.find("apiextensions.v1.JSONSchemaProps")->second;
  return message;
}

}  // namespace kplane::testing::server
