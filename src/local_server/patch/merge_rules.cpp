#include "local_server/patch/merge_rules.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Kind = Shape::Kind;

constexpr std::string_view kOpen = "x-kubernetes-preserve-unknown-fields";

const json* part_of(const json* schema, std::string_view name) {
  if (schema == nullptr || !schema->is_object()) return nullptr;
  const auto part = schema->find(name);
  return part == schema->end() ? nullptr : &*part;
}

const json* object_in(const json* schema, std::string_view name) {
  const json* part = part_of(schema, name);
  return part != nullptr && part->is_object() ? part : nullptr;
}

std::string text_in(const json* schema, const char* name) {
  return schema == nullptr ? std::string() : string_member(*schema, name);
}

bool is_set_in(const json* schema, std::string_view name) {
  const json* part = part_of(schema, name);
  return part != nullptr && part->is_boolean() && part->get<bool>();
}

ValueType type_in(const json* schema) {
  static const std::map<std::string, ValueType> types = {{"string", ValueType::string}, {"integer", ValueType::number},
                                                         {"number", ValueType::number}, {"boolean", ValueType::boolean},
                                                         {"array", ValueType::list},    {"object", ValueType::map}};
  if (is_set_in(schema, "x-kubernetes-int-or-string")) return ValueType::scalar;
  const auto found = types.find(text_in(schema, "type"));
  return found == types.end() ? ValueType::any : found->second;
}

ValueType type_of(Kind kind) {
  switch (kind) {
    case Kind::string:
    case Kind::bytes:
      return ValueType::string;
    case Kind::int32:
    case Kind::int64:
    case Kind::number:
      return ValueType::number;
    case Kind::boolean:
      return ValueType::boolean;
    case Kind::list:
      return ValueType::list;
    case Kind::object:
    case Kind::map:
      return ValueType::map;
    case Kind::quantity:
    case Kind::time:
    case Kind::micro_time:
    case Kind::int_or_string:
      return ValueType::scalar;
    default:
      return ValueType::any;
  }
}

}  // namespace

MergeRules::MergeRules(const ResourceType& type)
    : structure_(type.custom ? nullptr : find_type(type.group, type.version, type.kind)),
      schema_(type.schema.get()),
      root_(type.custom) {}

MergeRules::MergeRules(const Shape* shape, const Field* field, bool atomic)
    : shape_(shape), structure_(shape->kind == Kind::object ? shape->type : nullptr), field_(field), atomic_(atomic) {}

MergeRules::MergeRules(const json* schema)
    : schema_(schema), atomic_(text_in(schema, "x-kubernetes-map-type") == "atomic") {}

bool MergeRules::is_envelope(const std::string& field) const {
  const bool has_one = root_ || is_set_in(schema_, "x-kubernetes-embedded-resource");
  return has_one && (field == "metadata" || field == "apiVersion" || field == "kind");
}

MergeRules MergeRules::member(const std::string& field) const {
  if (structure_ != nullptr) {
    const Field* found = structure_->find(field);
    return found == nullptr ? MergeRules(nullptr) : MergeRules(&found->shape, found, found->atomic);
  }
  if (shape_ != nullptr) return item();
  if (is_envelope(field)) {
    static const Field& metadata = *find_type("core.v1.ConfigMap")->find("metadata");
    return field == "metadata" ? MergeRules(&metadata.shape, &metadata, false) : MergeRules(nullptr);
  }
  const json* named = object_in(object_in(schema_, "properties"), field);
  return MergeRules(named != nullptr ? named : object_in(schema_, "additionalProperties"));
}

MergeRules MergeRules::item() const {
  if (shape_ == nullptr) return MergeRules(object_in(schema_, "items"));
  if (shape_->item == nullptr) return MergeRules(nullptr);
  return {shape_->item.get(), nullptr, field_ != nullptr && field_->atomic_items};
}

MergeKind MergeRules::kind_of(const json& value) const {
  if (atomic_ || !value.is_structured()) return MergeKind::atomic;
  if (value.is_object()) return MergeKind::granular;
  const bool keyed = (is_keyed_list() || is_set()) && std::none_of(value.begin(), value.end(), [&](const json& item) {
                       return item_name(item).empty();
                     });
  return keyed ? MergeKind::keyed : MergeKind::atomic;
}

std::string MergeRules::item_name(const json& item) const {
  if (is_set()) return item.is_primitive() && !item.is_null() ? "v:" + to_text(item) : std::string();
  if (!item.is_object()) return {};
  const json keys = keys_of(item);
  return keys.empty() ? std::string() : "k:" + to_text(keys);
}

// A key that an item leaves out counts with its default.
json MergeRules::keys_of(const json& item) const {
  json keys = json::object();
  const auto add = [&](const std::string& key, const json* otherwise) {
    const auto found = item.find(key);
    if (found != item.end()) {
      keys[key] = *found;
    } else if (otherwise != nullptr) {
      keys[key] = *otherwise;
    }
  };
  if (field_ != nullptr) {
    for (const auto& key : field_->keys) {
      const Field* of_item = shape_->item->type == nullptr ? nullptr : shape_->item->type->find(key);
      add(key, of_item != nullptr && of_item->default_value ? &*of_item->default_value : nullptr);
    }
    return keys;
  }
  if (schema_ == nullptr) return keys;
  const json* properties = object_in(object_in(schema_, "items"), "properties");
  for (const auto& key : strings_member(*schema_, "x-kubernetes-list-map-keys")) {
    add(key, part_of(object_in(properties, key), "default"));
  }
  return keys;
}

ValueType MergeRules::type() const {
  if (structure_ != nullptr || root_) return ValueType::map;
  return shape_ != nullptr ? type_of(shape_->kind) : type_in(schema_);
}

bool MergeRules::is_keyed_list() const {
  if (field_ != nullptr) return field_->list == ListType::map;
  return text_in(schema_, "x-kubernetes-list-type") == "map";
}

bool MergeRules::is_set() const {
  if (field_ != nullptr) return field_->list == ListType::set;
  return text_in(schema_, "x-kubernetes-list-type") == "set";
}

bool MergeRules::names(const std::string& field) const {
  if (structure_ != nullptr) return structure_->find(field) != nullptr;
  return is_envelope(field) || object_in(object_in(schema_, "properties"), field) != nullptr;
}

bool MergeRules::allows(const std::string& field) const {
  if (names(field)) return true;
  if (structure_ != nullptr) return false;
  const bool is_closed = object_in(schema_, "properties") != nullptr && !is_set_in(schema_, kOpen);
  return !is_closed || object_in(schema_, "additionalProperties") != nullptr ||
         is_set_in(schema_, "additionalProperties");
}

}  // namespace kplane::testing::server
