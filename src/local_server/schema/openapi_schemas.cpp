#include "local_server/schema/openapi_schemas.hpp"

#include <string>
#include <utility>

#include "local_server/types/types.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Kind = Shape::Kind;

std::string component_name(const std::string& type) {
  const bool is_meta = type.rfind("meta.", 0) == 0;
  return (is_meta ? "io.k8s.apimachinery.pkg.apis." : "io.k8s.api.") + type;
}

json leaf(Kind kind) {
  switch (kind) {
    case Kind::int32:
      return {{"type", "integer"}, {"format", "int32"}};
    case Kind::int64:
      return {{"type", "integer"}, {"format", "int64"}};
    case Kind::number:
      return {{"type", "number"}, {"format", "double"}};
    case Kind::boolean:
      return {{"type", "boolean"}};
    case Kind::bytes:
      return {{"type", "string"}, {"format", "byte"}};
    case Kind::time:
    case Kind::micro_time:
      return {{"type", "string"}, {"format", "date-time"}};
    case Kind::string:
      return {{"type", "string"}};
    default:
      return {{"type", "object"}};
  }
}

class Components {
 public:
  void add(const Type& type) {
    json& schema = schemas_[component_name(type.name)];
    if (!schema.is_null()) return;
    schema = {{"type", "object"}};
    json properties = json::object();
    for (const auto& [name, field] : type.fields) {
      properties[name] = field_schema(field);
      if (field.required) schemas_[component_name(type.name)]["required"].push_back(name);
    }
    schemas_[component_name(type.name)]["properties"] = std::move(properties);
  }

  void add_kind(const ResourceType& type, const std::string& name, json schema) {
    schema["x-kubernetes-group-version-kind"] =
        json::array({{{"group", type.group}, {"version", type.version}, {"kind", type.kind}}});
    schemas_[name] = std::move(schema);
  }

  void add(const ResourceType& type) {
    if (type.custom) {
      if (type.schema != nullptr) add_kind(type, type.group + "." + type.version + "." + type.kind, *type.schema);
      return;
    }
    const Type* structure = find_type(type.group, type.version, type.kind);
    if (structure == nullptr) return;
    add(*structure);
    const std::string name = component_name(structure->name);
    add_kind(type, name, schemas_[name]);
  }

  [[nodiscard]] json take() { return std::move(schemas_); }

 private:
  static json reference(const std::string& name) {
    return {{"allOf", json::array({{{"$ref", "#/components/schemas/" + name}}})}};
  }

  json text_reference(const std::string& name) {
    schemas_[name] = {{"type", "string"}};
    return reference(name);
  }

  json field_schema(const Field& field) {
    json schema = shape_schema(field.shape);
    if (!field.values.empty()) {
      (field.shape.kind == Kind::list ? schema["items"] : schema)["enum"] = field.values;
    }
    if (!field.merge_key.empty()) schema["x-kubernetes-patch-merge-key"] = field.merge_key;
    if (field.merge || !field.merge_key.empty()) schema["x-kubernetes-patch-strategy"] = "merge";
    if (field.list == ListType::set) schema["x-kubernetes-list-type"] = "set";
    if (field.list == ListType::map) schema["x-kubernetes-list-type"] = "map";
    if (!field.keys.empty()) schema["x-kubernetes-list-map-keys"] = field.keys;
    return schema;
  }

  json shape_schema(const Shape& shape) {
    if (shape.kind == Kind::list) return {{"type", "array"}, {"items", shape_schema(*shape.item)}};
    if (shape.kind == Kind::map) return {{"type", "object"}, {"additionalProperties", shape_schema(*shape.item)}};
    if (shape.kind == Kind::quantity) return text_reference("io.k8s.apimachinery.pkg.api.resource.Quantity");
    if (shape.kind == Kind::int_or_string) return text_reference("io.k8s.apimachinery.pkg.util.intstr.IntOrString");
    if (shape.kind != Kind::object) return leaf(shape.kind);
    add(*shape.type);
    return reference(component_name(shape.type->name));
  }

  json schemas_ = json::object();
};

}  // namespace

json openapi_schemas(const std::vector<const ResourceType*>& types) {
  Components components;
  for (const auto* type : types) components.add(*type);
  return components.take();
}

}  // namespace kplane::testing::server
