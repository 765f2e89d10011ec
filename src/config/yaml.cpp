// A walk over yaml-cpp's nodes.
#include "config/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include <kplane/error.hpp>

namespace kplane::config {

namespace {

using Json = nlohmann::ordered_json;

constexpr int deepest = 200;

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_decimal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("+-.0123456789eE") == std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

Json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (const auto number = parse_whole<std::int64_t>(text)) return *number;
  if (is_decimal(text)) {
    if (const auto number = parse_whole<double>(text)) return *number;
  }
  return text;
}

/// Turns nodes into JSON, within bounds: an alias costs a few bytes of YAML, but all that it stands for in JSON.
class Conversion {
 public:
  explicit Conversion(std::size_t text_size) : budget_(std::size_t{16} * 1024 + 4 * text_size) {}

  Json convert(const YAML::Node& node, int depth = 0) {
    if (depth > deepest) throw ConfigError("YAML is nested too deeply");
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        return node.Tag() == "!" ? Json(text_of(node)) : plain_scalar(text_of(node));
      case YAML::NodeType::Sequence:
        return convert_sequence(node, depth);
      case YAML::NodeType::Map:
        return convert_map(node, depth);
      default:
        spend(1);
        return nullptr;
    }
  }

 private:
  Json convert_sequence(const YAML::Node& node, int depth) {
    spend(1);
    Json array = Json::array();
    for (const auto& element : node) array.push_back(convert(element, depth + 1));
    return array;
  }

  Json convert_map(const YAML::Node& node, int depth) {
    spend(1);
    Json object = Json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) throw ConfigError("YAML has a key that is not a string");
      object[text_of(entry.first)] = convert(entry.second, depth + 1);
    }
    return object;
  }

  const std::string& text_of(const YAML::Node& scalar) {
    spend(1 + scalar.Scalar().size());
    return scalar.Scalar();
  }

  void spend(std::size_t cost) {
    if (cost > budget_) throw ConfigError("YAML stands for too much: its aliases multiply");
    budget_ -= cost;
  }

  std::size_t budget_;  // values, and bytes of text
};

}  // namespace

std::string yaml_to_json(std::string_view yaml) {
  try {
    return Conversion(yaml.size()).convert(YAML::Load(std::string(yaml))).dump();
  } catch (const YAML::Exception& error) {
    throw ConfigError(std::string("not YAML: ") + error.what());
  } catch (const nlohmann::json::exception&) {
    throw ConfigError("YAML holds text that is not UTF-8");
  }
}

}  // namespace kplane::config
