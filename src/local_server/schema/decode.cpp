#include "local_server/schema/decode.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include "local_server/base/base64.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/schema/apply_defaults.hpp"
#include "local_server/types/quantity.hpp"
#include "local_server/types/timestamps.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Kind = Shape::Kind;

/// The value of an unset field that is always written.
json zero_value(const Shape& shape) {
  switch (shape.kind) {
    case Kind::string:
      return "";
    case Kind::int32:
    case Kind::int64:
    case Kind::number:
    case Kind::int_or_string:
      return 0;
    case Kind::boolean:
      return false;
    case Kind::quantity:
      return "0";
    case Kind::object:
      return json::object();
    default:
      return nullptr;
  }
}

json unsaid_value(const Field& field) { return field.pointer ? json() : zero_value(field.shape); }

bool is_zero(const json& value) {
  if (value.is_number()) return value == 0;
  return value.is_boolean() ? value == false : value.empty() || is_empty_text(value);
}

// `core.v1.Container` is `v1.Container` in Go.
std::string go_name(const Type& type) {
  const std::size_t name = type.name.rfind('.');
  const std::size_t package = type.name.rfind('.', name - 1);
  return package == std::string::npos ? type.name : type.name.substr(package + 1);
}

std::string go_type(const Shape& shape, const Field& field) {
  switch (shape.kind) {
    case Kind::list:
      return "[]" + go_type(*shape.item, field);
    case Kind::map:
      return "map[string]" + go_type(*shape.item, field);
    case Kind::object:
      return go_name(*shape.type);
    case Kind::int32:
      return "int32";
    case Kind::int64:
      return "int64";
    case Kind::boolean:
      return "bool";
    case Kind::number:
      return "float64";
    case Kind::bytes:
      return "[]uint8";
    default:
      return field.go_type.empty() ? "string" : field.go_type;
  }
}

std::string go_kind(const json& value) { return value.is_boolean() ? "bool" : value.type_name(); }

bool fits(const json& value, Kind kind) {
  if (!value.is_number_integer()) return false;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) return false;
  const auto number = value.get<std::int64_t>();
  return kind == Kind::int64 || (number >= INT32_MIN && number <= INT32_MAX);
}

[[noreturn]] void refuse_value(const json& value, const char* type) {
  throw DecodeError("json: cannot unmarshal " + go_kind(value) + " into Go value of type " + type);
}

std::string canonical_quantity(const json& value, bool whole_millis) {
  try {
    std::string text = value.is_string() ? value.get<std::string>() : to_text(value);
    text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    Quantity quantity = Quantity::parse(text);
    if (whole_millis) quantity.round_up_to_milli();
    return quantity.text();
  } catch (const QuantityError& error) {
    throw DecodeError(error.what());
  }
}

std::string canonical_time(const json& value, Kind kind) {
  if (!value.is_string()) refuse_value(value, "string");
  try {
    const auto& text = value.get_ref<const std::string&>();
    return kind == Kind::time ? utc_seconds(text) : utc_micros(text);
  } catch (const TimestampError& error) {
    throw DecodeError(error.what());
  }
}

void canonicalise_bytes(json& value) {
  auto& text = value.get_ref<std::string&>();
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }), text.end());
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::size_t end = std::min(text.find_first_not_of(alphabet), text.size());
  const std::size_t bad = end;
  while (end < text.size() && end - bad < 2 && text[end] == '=') ++end;
  const bool padded = bad % 4 != 1 && end == text.size() && text.size() % 4 == 0;
  if (padded) return;
  // Without padding, the error is at the last group.
  const std::size_t at = end == text.size() ? text.size() / 4 * 4 : bad;
  throw DecodeError("illegal base64 data at input byte " + std::to_string(at));
}

/// Walks an object together with its type.
class Decoder {
 public:
  void walk(json& object, const Type& type) {
    take_members(object, type);
    for (const Field* field : type.always) {
      if (field->shape.kind == Kind::object && !field->pointer) object.emplace(field->name, json::object());
    }
    apply_defaults(type, object);
    for (auto& [name, value] : object.items()) {
      const Field* field = value.is_structured() ? type.find(name) : nullptr;
      if (field != nullptr) descend(value, *field, type);
    }
    for (const Field* field : type.always) {
      if (object.find(field->name) == object.end()) object.emplace(field->name, unsaid_value(*field));
    }
  }

  [[nodiscard]] std::vector<std::string> take_unknown() { return std::move(unknown_); }

 private:
  /// One element of the current path: a name or the index of an item.
  struct Step {
    const std::string* name = nullptr;
    bool is_key = false;  ///< of a map: Go's errors leave it out
    std::size_t index = 0;
  };

  class Entered {
   public:
    Entered(std::vector<Step>& path, Step step) : path_(path) { path_.push_back(step); }
    ~Entered() { path_.pop_back(); }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;

   private:
    std::vector<Step>& path_;
  };

  // Scalar members get their final form; for structured ones only the kind is checked.
  void take_members(json& object, const Type& type) {
    for (auto member = object.begin(); member != object.end();) {
      const Field* field = type.find(member.key());
      if (field == nullptr) unknown_.push_back(path_to(member.key()));
      if (field == nullptr || is_left_out(*member, *field, type)) {
        member = object.erase(member);
      } else {
        ++member;
      }
    }
  }

  bool is_left_out(json& value, const Field& field, const Type& type) {
    if (value.is_null()) return true;
    take_value(value, field.shape, field, type);
    if (field.pointer || field.shape.kind == Kind::any || field.shape.kind == Kind::object) return false;
    return is_zero(value);
  }

  void take_value(json& value, const Shape& shape, const Field& field, const Type& owner) {
    switch (shape.kind) {
      case Kind::any:
        return;
      case Kind::quantity:
        value = canonical_quantity(value, field.shape.kind == Kind::map);
        return;
      case Kind::time:
      case Kind::micro_time:
        value = canonical_time(value, shape.kind);
        return;
      case Kind::int_or_string:
        if (!value.is_string() && !fits(value, Kind::int32)) refuse_value(value, "int32");
        return;
      default:
        if (!is_of(value, shape.kind)) refuse_field(value, shape, field, owner);
        if (shape.kind == Kind::bytes) canonicalise_bytes(value);
    }
  }

  static bool is_of(const json& value, Kind kind) {
    switch (kind) {
      case Kind::int32:
      case Kind::int64:
        return fits(value, kind);
      case Kind::number:
        return value.is_number();
      case Kind::boolean:
        return value.is_boolean();
      case Kind::list:
        return value.is_array();
      case Kind::object:
      case Kind::map:
        return value.is_object();
      default:
        return value.is_string();
    }
  }

  [[noreturn]] void refuse_field(const json& value, const Shape& shape, const Field& field, const Type& owner) const {
    std::string where = owner.name.substr(owner.name.rfind('.') + 1);
    const std::string* last = nullptr;
    for (const Step& step : path_) {
      if (step.name == nullptr || step.is_key) continue;
      where += "." + *step.name;
      last = step.name;
    }
    if (last != &field.name) where += "." + field.name;
    const bool whole = shape.kind == Kind::int32 || shape.kind == Kind::int64;
    throw DecodeError("json: cannot unmarshal " + go_kind(value) +
                      (whole && value.is_number() ? " " + to_text(value) : "") + " into Go struct field " + where +
                      " of type " + go_type(shape, field));
  }

  void descend(json& value, const Field& field, const Type& owner) {
    const Entered entered(path_, {&field.name});
    take_structure(value, field.shape, field, owner);
  }

  void take_structure(json& value, const Shape& shape, const Field& field, const Type& owner) {
    if (shape.kind == Kind::object && value.is_object()) return walk(value, *shape.type);
    if (shape.kind == Kind::list && value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) take_item(value[i], {nullptr, false, i}, shape, field, owner);
    }
    if (shape.kind == Kind::map && value.is_object()) {
      for (auto item = value.begin(); item != value.end(); ++item) {
        take_item(*item, {&item.key(), true}, shape, field, owner);
      }
    }
  }

  void take_item(json& item, Step step, const Shape& shape, const Field& field, const Type& owner) {
    if (item.is_null()) item = zero_value(*shape.item);
    if (!item.is_null()) take_value(item, *shape.item, field, owner);
    if (!item.is_structured()) return;
    const Entered entered(path_, step);
    take_structure(item, *shape.item, field, owner);
  }

  [[nodiscard]] std::string path_to(const std::string& name) const {
    std::string path;
    for (const Step& step : path_) {
      if (step.name == nullptr) {
        path += "[" + std::to_string(step.index) + "]";
      } else {
        path += (path.empty() ? "" : ".") + *step.name;
      }
    }
    return path.empty() ? name : path + "." + name;
  }

  std::vector<Step> path_{};
  std::vector<std::string> unknown_{};
};

}  // namespace

std::vector<std::string> decode(const ResourceType& type, json& object) {
  const Type* known = type.custom ? nullptr : find_type(type.group, type.version, type.kind);
  if (known == nullptr || !object.is_object()) return {};
  Decoder decoder;
  decoder.walk(object, *known);
  return decoder.take_unknown();
}

json blank_value(const Type& type) {
  json value = json::object();
  for (const Field* field : type.always) {
    const bool is_structure = field->shape.kind == Kind::object && !field->pointer;
    json zero = field->pointer ? json() : zero_value(field->shape);
    value[field->name] = is_structure ? blank_value(*field->shape.type) : std::move(zero);
  }
  return value;
}

json empty_value(const Type& type) {
  json value = json::object();
  Decoder().walk(value, type);
  return value;
}

}  // namespace kplane::testing::server
