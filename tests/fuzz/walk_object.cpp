// The pointers are those that readers of Kubernetes objects use, and some that meet scalars, indices and escapes.
#include "walk_object.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <kplane/error.hpp>
#include <kplane/json.hpp>

#include "target.hpp"

namespace kplane::fuzz {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 16> pointers = {
    "",
    "/metadata/name",
    "/metadata/namespace",
    "/metadata/uid",
    "/name",
    "/metadata/labels/a~1b",
    "/spec",
    "/spec/replicas",
    "/status/phase",
    "/status",
    "/data/k",
    "/status/conditions/0/type",
    "/items/1",
    "/~0/",
    "/a",
    "/",
};

/// The whole object as a tree, when it is JSON. nlohmann::json takes a zero byte for the end.
std::optional<json> reference(const Object& object) {
  if (object.raw().find('\0') != std::string_view::npos) return std::nullopt;
  try {
    return object.json();
  } catch (const DecodeError&) {
    return std::nullopt;
  }
}

/// nlohmann::json throws where a part of the pointer cannot be the index of an array; here that is absent.
std::optional<json> expected_at(const json& tree, std::string_view pointer) {
  try {
    return tree.at(json::json_pointer(std::string(pointer)));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

/// simdjson gives up on some numbers and exponents that are longer than a double needs; they count as not fitting.
bool is_long_number(const Object& object, std::string_view pointer) {
  constexpr std::size_t most_characters = 20;
  return object.at(pointer)->raw().size() > most_characters;
}

std::optional<std::int64_t> expected_int64(const json& value) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > most) return std::nullopt;
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<std::int64_t>();
}

void compare(const Object& object, std::string_view pointer, const json& tree) {
  const std::optional<json> value = expected_at(tree, pointer);
  const auto text = object.get<std::string>(pointer);
  const auto boolean = object.get<bool>(pointer);
  const auto number = object.get<double>(pointer);
  require(object.at(pointer).has_value() == value.has_value(), "at() finds what is there, and nothing else");
  require(text.has_value() == (value && value->is_string()), "get<string> finds strings, and nothing else");
  require(boolean.has_value() == (value && value->is_boolean()), "get<bool> finds booleans, and nothing else");
  require(number.has_value() == (value && value->is_number()) || is_long_number(object, pointer),
          "get<double> finds numbers, and nothing else");
  require(object.get<std::int64_t>(pointer) == (value ? expected_int64(*value) : std::nullopt),
          "get<int64_t> is exact");
  require(!text || *text == value->get<std::string>(), "get<string> unescapes as JSON does");
  require(!boolean || *boolean == value->get<bool>(), "get<bool> is right");
  require(!number || *number == value->get<double>(), "get<double> rounds as it should");
}

void read_at(const Object& object, std::string_view pointer) {
  const auto view = object.get<std::string_view>(pointer);
  require(object.get<std::string>(pointer).has_value() == view.has_value(), "string and string_view agree");
  static_cast<void>(object.get<std::int64_t>(pointer));
  static_cast<void>(object.get<double>(pointer));
  static_cast<void>(object.get<bool>(pointer));
  require(object.get<std::string_view>(pointer) == view, "a second look sees the same");
  if (const auto inner = object.at(pointer)) {
    const std::string_view raw = inner->raw();
    require(raw.data() >= object.raw().data() && raw.data() + raw.size() <= object.raw().data() + object.raw().size(),
            "a value lies within its object");
  }
  for (const Object& element : object.elements(pointer)) static_cast<void>(element.get<std::string_view>("/type"));
}

template <class Read>
void tolerate(Read&& read) {
  try {
    read();
  } catch (const DecodeError&) {  // what broken text earns
  }
}

}  // namespace

void walk_object(const Object& object) {
  tolerate([&] { static_cast<void>(object.name().size() + object.ns().size() + object.uid().size()); });
  for (const std::string_view pointer : pointers) tolerate([&] { read_at(object, pointer); });
  const std::optional<json> tree = reference(object);
  if (!tree) return;
  for (const std::string_view pointer : pointers) compare(object, pointer, *tree);
}

}  // namespace kplane::fuzz
