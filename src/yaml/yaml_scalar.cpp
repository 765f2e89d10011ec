#include "yaml/yaml_scalar.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "base/base64.hpp"
#include "yaml/yaml_number.hpp"
#include "yaml/yaml_text.hpp"

namespace kplane::yaml {

namespace {

struct Word {
  std::string_view text;
  NodeType type;
  std::string_view value;
};

// Not every capitalisation counts: `yES` is text.
constexpr Word words[] = {
    {"", NodeType::null, "null"},          {"~", NodeType::null, "null"},         {"null", NodeType::null, "null"},
    {"Null", NodeType::null, "null"},      {"NULL", NodeType::null, "null"},      {"true", NodeType::boolean, "true"},
    {"True", NodeType::boolean, "true"},   {"TRUE", NodeType::boolean, "true"},   {"y", NodeType::boolean, "true"},
    {"Y", NodeType::boolean, "true"},      {"yes", NodeType::boolean, "true"},    {"Yes", NodeType::boolean, "true"},
    {"YES", NodeType::boolean, "true"},    {"on", NodeType::boolean, "true"},     {"On", NodeType::boolean, "true"},
    {"ON", NodeType::boolean, "true"},     {"false", NodeType::boolean, "false"}, {"False", NodeType::boolean, "false"},
    {"FALSE", NodeType::boolean, "false"}, {"n", NodeType::boolean, "false"},     {"N", NodeType::boolean, "false"},
    {"no", NodeType::boolean, "false"},    {"No", NodeType::boolean, "false"},    {"NO", NodeType::boolean, "false"},
    {"off", NodeType::boolean, "false"},   {"Off", NodeType::boolean, "false"},   {"OFF", NodeType::boolean, "false"},
    {".inf", NodeType::real, ".inf"},      {".Inf", NodeType::real, ".inf"},      {".INF", NodeType::real, ".inf"},
    {"+.inf", NodeType::real, ".inf"},     {"+.Inf", NodeType::real, ".inf"},     {"+.INF", NodeType::real, ".inf"},
    {"-.inf", NodeType::real, "-.inf"},    {"-.Inf", NodeType::real, "-.inf"},    {"-.INF", NodeType::real, "-.inf"},
    {".nan", NodeType::real, ".nan"},      {".NaN", NodeType::real, ".nan"},      {".NAN", NodeType::real, ".nan"},
};

constexpr std::string_view standard_tag = "tag:yaml.org,2002:";

/// Whether each underscore is between digits, as required in a number that begins with the point.
bool separates_digits(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) return false;
  }
  return true;
}

/// Normalises the text for the number parsers: removes underscores, and moves a sign after `0b`, which yaml.v2 accepts,
/// to the front.
std::string plain_digits(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  if (text.size() > 3 && text.compare(0, 2, "0b") == 0 && (text[2] == '+' || text[2] == '-')) {
    std::rotate(text.begin(), text.begin() + 2, text.begin() + 3);
  }
  return text;
}

std::optional<Scalar> resolve_number(const std::string& text) {
  const char first = text.front();
  if (first == '.' && !separates_digits(text)) return std::nullopt;
  if (first != '.' && first != '+' && first != '-' && !is_digit(first)) return std::nullopt;
  const std::string digits = plain_digits(text);
  if (auto integer = parse_integer(digits)) return Scalar{NodeType::integer, std::move(*integer)};
  if (const auto real = parse_real(digits)) return Scalar{NodeType::real, json_number(*real)};
  return std::nullopt;
}

Scalar resolve_plain(const std::string& text) {
  const auto* const word =
      std::find_if(std::begin(words), std::end(words), [&](const Word& w) { return w.text == text; });
  if (word != std::end(words)) return {word->type, std::string(word->value)};
  if (auto number = resolve_number(text)) return *std::move(number);
  return {NodeType::text, text};
}

std::optional<Scalar> decode_binary(const std::string& base64) {
  auto text = detail::decode_base64(base64);
  if (!text || !is_utf8(*text)) return std::nullopt;
  return Scalar{NodeType::text, *std::move(text)};
}

std::optional<Scalar> of_type(NodeType type, Scalar scalar) {
  if (type == NodeType::real && scalar.type == NodeType::integer) {
    const auto real = parse_real(scalar.text);
    return real ? std::optional(Scalar{type, json_number(*real)}) : std::nullopt;
  }
  return scalar.type == type ? std::optional(std::move(scalar)) : std::nullopt;
}

}  // namespace

std::optional<Scalar> resolve_scalar(const ScalarTag& tag, const std::string& text) {
  if (tag.is_implicit) return resolve_plain(text);
  if (tag.uri.substr(0, standard_tag.size()) != standard_tag) return Scalar{NodeType::text, text};
  const std::string_view type = tag.uri.substr(standard_tag.size());
  if (type == "null") return of_type(NodeType::null, resolve_plain(text));
  if (type == "bool") return of_type(NodeType::boolean, resolve_plain(text));
  if (type == "int") return of_type(NodeType::integer, resolve_plain(text));
  if (type == "float") return of_type(NodeType::real, resolve_plain(text));
  if (type == "binary") return decode_binary(text);
  return Scalar{NodeType::text, text};
}

bool is_beyond_json(const Scalar& scalar) {
  return scalar.type == NodeType::real && scalar.text.find_first_of("in") != std::string::npos;
}

std::optional<std::string> key_of(const Scalar& scalar) {
  if (scalar.type == NodeType::null) return std::nullopt;
  if (scalar.type != NodeType::real) return scalar.text;
  const auto real = parse_real(scalar.text);
  return real ? key_number(*real) : scalar.text;
}

}  // namespace kplane::yaml
