#include "local_server/rest/request_body.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include "local_server/base/answer.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::size_t kExcerpt = 64;

[[noreturn]] void refuse_yaml(const std::string& problem) {
  throw StatusError(bad_request("error decoding YAML: " + problem));
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  for (const auto word : words) {
    if (text == word) return true;
  }
  return false;
}

std::optional<json> keyword(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
  static constexpr std::array<std::string_view, 11> kTrue = {"true", "True", "TRUE", "yes", "Yes", "YES",
                                                             "on",   "On",   "ON",   "y",   "Y"};
  static constexpr std::array<std::string_view, 11> kFalse = {"false", "False", "FALSE", "no", "No", "NO",
                                                              "off",   "Off",   "OFF",   "n",  "N"};
  if (is_one_of(text, kNull)) return json();
  if (is_one_of(text, kTrue)) return json(true);
  if (is_one_of(text, kFalse)) return json(false);
  return std::nullopt;
}

template <class Number>
std::optional<json> whole_number(std::string_view digits, int base, bool negative) {
  Number number{};
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  if constexpr (std::is_signed_v<Number>) return json(negative ? -number : number);
  return json(number);
}

int base_of(std::string_view& digits) {
  const auto starts = [&](std::string_view prefix) { return digits.substr(0, prefix.size()) == prefix; };
  for (const auto& [prefix, base] : {std::pair{std::string_view("0x"), 16}, {"0o", 8}, {"0b", 2}}) {
    if (!starts(prefix)) continue;
    digits.remove_prefix(prefix.size());
    return base;
  }
  if (digits.size() < 2 || digits[0] != '0') return 10;
  digits.remove_prefix(1);
  return 8;
}

std::optional<json> integer(std::string_view text) {
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) == 0) return std::nullopt;
  const int base = base_of(text);
  if (auto number = whole_number<std::int64_t>(text, base, negative)) return number;
  return negative ? std::nullopt : whole_number<std::uint64_t>(text, base, false);
}

std::optional<json> fraction(const std::string& text) {
  // strtod also takes `inf`, `nan` and hexadecimal fractions, none of which JSON has.
  if (text.find_first_not_of("+-.0123456789eE") != std::string::npos) return std::nullopt;
  if (text.find_first_of("0123456789") == std::string::npos) return std::nullopt;
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (*end != '\0') return std::nullopt;
  return json(number);
}

json plain_scalar(const std::string& text) {
  if (auto word = keyword(text)) return *word;
  if (auto number = integer(text)) return *number;
  if (auto number = fraction(text)) return *number;
  return text;
}

json scalar(const YAML::Node& node) {
  // yaml-cpp marks a plain scalar by the tag `?` and a quoted one by `!`.
  const bool plain = node.Tag() == "?" || node.Tag().empty();
  return plain ? plain_scalar(node.Scalar()) : json(node.Scalar());
}

/// Turns YAML nodes into JSON. Aliases stand for whole trees, so nodes are counted as they are written out.
class Converter {
 public:
  json convert(const YAML::Node& node, std::size_t depth) {
    if (depth > kMaxNesting) refuse_yaml("exceeded max depth of " + std::to_string(kMaxNesting));
    if (++nodes_ > kMaxNodes) refuse_yaml("the document is too large");
    if (node.IsMap()) return map(node, depth);
    if (node.IsSequence()) return sequence(node, depth);
    return node.IsScalar() ? scalar(node) : json();
  }

 private:
  json map(const YAML::Node& node, std::size_t depth) {
    json object = json::object();
    for (const auto& member : node) {
      if (!member.first.IsScalar()) refuse_yaml("a key is not a scalar");
      // `n: 1` is the key `false`, as of YAML 1.1.
      const json key = scalar(member.first);
      object[key.is_string() || key.is_number_float() ? member.first.Scalar() : to_text(key)] =
          convert(member.second, depth + 1);
    }
    return object;
  }

  json sequence(const YAML::Node& node, std::size_t depth) {
    json array = json::array();
    for (const auto& item : node) array.push_back(convert(item, depth + 1));
    return array;
  }

  std::size_t nodes_ = 0;
};

bool looks_like_json(const std::string& body) {
  const std::size_t start = body.find_first_not_of(" \t\r\n");
  return start != std::string::npos && body[start] == '{';
}

}  // namespace

std::string media_type_of(const std::string& content_type) {
  const std::string_view type = std::string_view(content_type).substr(0, content_type.find(';'));
  const std::size_t end = type.find_last_not_of(" \t");
  return std::string(type.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

void require_json(const std::string& content_type) {
  const std::string type = media_type_of(content_type);
  if (!type.empty() && type != kJsonType) throw StatusError(unsupported_media_type(kJsonType));
}

json parse_object(const ResourceType& type, const std::string& body) {
  try {
    return parse_json(body);
  } catch (const JsonTextError& error) {
    throw StatusError(bad_request("the object provided is unrecognized (must be of type " + type.kind +
                                  "): couldn't get version/kind; json parse error: " + error.what() + " (" +
                                  body.substr(0, kExcerpt) + ")"));
  }
}

json parse_body(const ResourceType& type, const std::string& content_type, const std::string& body) {
  if (media_type_of(content_type) == kYamlType) return parse_yaml(body);
  require_json(content_type);
  return parse_object(type, body);
}

json parse_document(const std::string& what, const std::string& body) {
  try {
    return parse_json(body);
  } catch (const JsonTextError& error) {
    throw StatusError(bad_request("error decoding " + what + ": " + error.what()));
  }
}

json parse_yaml(const std::string& body) {
  if (looks_like_json(body)) {
    try {
      return parse_json(body);
    } catch (const JsonTextError&) {
      // `{name: web}` is YAML too.
      static_cast<void>(body);
    }
  }
  try {
    return Converter().convert(YAML::Load(body), 0);
  } catch (const YAML::Exception& error) {
    refuse_yaml(error.what());
  }
}

}  // namespace kplane::testing::server
