// Fuzz target: the input as a JSON pointer into a fixed object, and as the text that fixed pointers look into.
#include <algorithm>
#include <optional>
#include <string>

#include <kplane/error.hpp>
#include <kplane/json.hpp>

#include "json/object_access.hpp"
#include "target.hpp"
#include "walk_object.hpp"

namespace kplane::fuzz::json_pointer_target {
namespace {

constexpr std::string_view fixed_text =
    R"({"a":{"b":[10,{"c":"deep"},[true,null,-1.5e3]],"":{"":"empty"}},"m~n":1,"x/y":"slash",)"
    R"("0":[],"01":{},"é\u0009":"tab"})";

kplane::Object object_of(std::string_view text) {
  auto body = body_of(text);
  const std::string_view all = body->text();
  // No blanks around a value: what the library makes Objects of has none either.
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = std::min(all.find_first_not_of(blanks), all.size());
  const std::size_t end = begin == all.size() ? begin : all.find_last_not_of(blanks) + 1;
  return kplane::detail::ObjectAccess::make_object(std::move(body), all.substr(begin, end - begin));
}

/// What nlohmann::json finds, which knows the same RFC. It refuses some pointers where this library finds nothing.
std::optional<std::string> reference(const nlohmann::json& tree, std::string_view pointer) {
  try {
    return tree.at(nlohmann::json::json_pointer(std::string(pointer))).dump();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

void look_up(std::string_view pointer) {
  static const kplane::Object object = object_of(fixed_text);
  static const nlohmann::json tree = nlohmann::json::parse(fixed_text);
  const auto found = object.at(pointer);
  const auto expected = reference(tree, pointer);
  require(found.has_value() == expected.has_value(), "a pointer finds what RFC 6901 says");
  require(!found || found->json().dump() == *expected, "a pointer finds the right value");
}

void run(std::string_view text) {
  try {
    look_up(text);
  } catch (const kplane::ConfigError&) {  // no pointer
  }
  walk_object(object_of(text));
}

const Registration registration("json_pointer", run);

}  // namespace
}  // namespace kplane::fuzz::json_pointer_target
