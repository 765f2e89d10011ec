#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

// nlohmann's parser has its own stack and accepts any depth, so depth is counted on the text, before memory is used.
bool text_exceeds_nesting(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxNesting) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

std::string parse_problem(std::string_view text, const nlohmann::json::parse_error& error) {
  if (error.byte > text.size()) return "unexpected end of JSON input";
  return "invalid JSON at byte " + std::to_string(error.byte);
}

template <class Json>
std::string compact(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

nlohmann::json parse_json(std::string_view text) {
  if (text_exceeds_nesting(text)) {
    throw JsonTextError("exceeded max depth of " + std::to_string(kMaxNesting));
  }
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw JsonTextError(parse_problem(text, error));
  } catch (const nlohmann::json::exception&) {
    throw JsonTextError("a number is out of range");
  }
}

bool exceeds_nesting(const nlohmann::json& value, std::size_t limit) {
  if (!value.is_structured()) return false;
  if (limit == 0) return true;
  for (const auto& child : value) {
    if (exceeds_nesting(child, limit - 1)) return true;
  }
  return false;
}

std::string to_text(const nlohmann::json& value) { return compact(value); }

std::string to_text(const nlohmann::ordered_json& value) { return compact(value); }

std::size_t text_size(const nlohmann::json& value) {
  constexpr std::size_t kNumber = 8;
  if (value.is_string()) return value.get_ref<const std::string&>().size() + 2;
  if (!value.is_structured()) return kNumber;
  std::size_t size = 2;
  if (value.is_array()) {
    for (const auto& item : value) size += text_size(item) + 1;
    return size;
  }
  for (auto member = value.begin(); member != value.end(); ++member)
    size += member.key().size() + 4 + text_size(*member);
  return size;
}

std::string pretty_text(std::string_view json) {
  const auto document = nlohmann::ordered_json::parse(json);
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string string_member(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

const nlohmann::json& member_or_null(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json null;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : null;
}

const nlohmann::json& member_or_empty(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json empty = nlohmann::json::object();
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : empty;
}

bool is_true(const nlohmann::json& object, std::string_view key) { return member_or_null(object, key) == true; }

std::vector<std::string> strings_member(const nlohmann::json& object, const char* key) {
  std::vector<std::string> values;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return values;
  for (const auto& value : *found) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
  return values;
}

std::string quoted_text(const std::string& text) { return to_text(nlohmann::json(text)); }

const char* go_type(const nlohmann::json& value) {
  if (value.is_object()) return "map[string]interface {}";
  if (value.is_array()) return "[]interface {}";
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "bool";
  return value.is_number_float() ? "float64" : "int64";
}

std::string go_text(const nlohmann::json& value) {
  if (value.is_null()) return "<nil>";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_structured()) return to_text(value);
  std::string text;
  for (const auto& [name, child] : value.items()) {
    text += (text.empty() ? "" : " ") + (value.is_object() ? name + ":" : std::string()) + go_text(child);
  }
  return (value.is_object() ? "map[" : "[") + text + "]";
}

std::string quoted_list(const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : " ") + quoted_text(value);
  return "[" + text + "]";
}

}  // namespace kplane::testing::server
