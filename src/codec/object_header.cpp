// Errors quote nothing: the text may contain a Secret.
#include "codec/object_header.hpp"

#include <algorithm>

#include <kplane/error.hpp>

#include "codec/object_text.hpp"
#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane::codec {

using detail::Document;

namespace {

Object parse(std::string_view text) {
  auto document = std::make_shared<const Document>(memory::PaddedBuffer(text), "the object to send");
  const json::Value value = json::root(*document);
  if (value.kind != json::Kind::object) throw ConfigError("the object to send is not a JSON object");
  return detail::ObjectAccess::make_object(document, value.text);
}

}  // namespace

bool is_review(std::string_view kind) noexcept {
  constexpr std::string_view end = "Review";
  return kind.size() >= end.size() && kind.substr(kind.size() - end.size()) == end;
}

ObjectHeader read_object_header(std::string_view text) {
  try {
    const Object object = parse(text);
    return {text_at(object, "/metadata/name"), text_at(object, "/metadata/generateName"),
            text_at(object, "/metadata/namespace"), text_at(object, "/kind")};
  } catch (const DecodeError& error) {
    throw ConfigError("the object to send is not JSON (at byte " + std::to_string(error.byte_offset()) + ")");
  }
}

bool is_namespace(std::string_view text) noexcept {
  constexpr std::size_t longest = 63;
  const auto is_alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= longest && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_alphanumeric(c) || c == '-'; });
}

}  // namespace kplane::codec
