// The pointers are those that readers of Kubernetes objects use, and some that meet scalars, indices and escapes.
#include "walk_object.hpp"

#include <array>
#include <cstddef>
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

std::optional<std::int64_t> expected_int64(const json& value) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > most) return std::nullopt;
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<std::int64_t>();
}

/// What each way to read a value gave.
struct Found {
  std::optional<Object> value;
  std::optional<std::string> text;
  std::optional<std::int64_t> integer;
  std::optional<double> number;
  std::optional<bool> boolean;
};

Found read_at(const Object& object, std::string_view pointer) {
  const auto view = object.get<std::string_view>(pointer);
  Found found{object.at(pointer), object.get<std::string>(pointer), object.get<std::int64_t>(pointer),
              object.get<double>(pointer), object.get<bool>(pointer)};
  require(found.text.has_value() == view.has_value(), "string and string_view agree");
  require(object.get<std::string_view>(pointer) == view, "a second look sees the same");
  if (found.value) {
    const std::string_view raw = found.value->raw();
    require(raw.data() >= object.raw().data() && raw.data() + raw.size() <= object.raw().data() + object.raw().size(),
            "a value lies within its object");
  }
  for (const Object& element : object.elements(pointer)) static_cast<void>(element.get<std::string_view>("/type"));
  return found;
}

/// simdjson gives up on some numbers and exponents that are longer than a double needs; they count as not fitting.
bool is_long_number(const Found& found) {
  constexpr std::size_t most_characters = 20;
  return found.value && found.value->raw().size() > most_characters;
}

void compare(const Found& found, const std::optional<json>& value) {
  require(found.value.has_value() == value.has_value(), "at() finds what is there, and nothing else");
  require(found.text.has_value() == (value && value->is_string()), "get<string> finds strings, and nothing else");
  require(found.boolean.has_value() == (value && value->is_boolean()), "get<bool> finds booleans, and nothing else");
  require(found.number.has_value() == (value && value->is_number()) || is_long_number(found),
          "get<double> finds numbers, and nothing else");
  require(found.integer == (value ? expected_int64(*value) : std::nullopt), "get<int64_t> is exact");
  require(!found.text || *found.text == value->get<std::string>(), "get<string> unescapes as JSON does");
  require(!found.boolean || *found.boolean == value->get<bool>(), "get<bool> is right");
  require(!found.number || *found.number == value->get<double>(), "get<double> rounds as it should");
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
  std::array<std::optional<Found>, pointers.size()> found;
  for (std::size_t i = 0; i < pointers.size(); ++i) tolerate([&] { found[i] = read_at(object, pointers[i]); });
  const std::optional<json> tree = reference(object);
  if (!tree) return;
  for (std::size_t i = 0; i < pointers.size(); ++i) {
    if (found[i]) compare(*found[i], expected_at(*tree, pointers[i]));
  }
}

}  // namespace kplane::fuzz
