#include "local_server/fleet/definition_controller.hpp"

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"
#include "local_server/schema/custom_definitions.hpp"
#include "local_server/schema/deletion_mark.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

const ResourceType& definitions() {
  static const ResourceType& type = *find_built_in("apiextensions.k8s.io", "customresourcedefinitions");
  return type;
}

bool same_spec(const StoredObject& a, const StoredObject& b) { return a.value()["spec"] == b.value()["spec"]; }

std::string group_of(const json& definition) { return definition["spec"]["group"]; }

/// The other definitions of a group.
std::vector<json> others_of(Plane& plane, const std::string& name, const std::string& group) {
  std::vector<json> others;
  for (const auto& object : plane.store().list(definitions()).objects) {
    if (object->name() != name && group_of(object->value()) == group) others.push_back(object->value());
  }
  return others;
}

// Names that were taken may be free again.
void reconsider_group(Plane& plane, const std::string& group) {
  for (const auto& other : others_of(plane, "", group)) {
    if (!is_established(other)) establish(plane, other["metadata"]["name"]);
  }
}

/// All objects of a definition's types, which are stored once, whatever their versions.
ResourceType stored_type(const json& definition) {
  ResourceType type;
  type.group = group_of(definition);
  type.resource = definition["spec"]["names"]["plural"];
  type.namespaced = definition["spec"]["scope"] == "Namespaced";
  type.custom = true;
  return type;
}

// Deletes it at once unless it has finalizers.
Deletion deletion_of(const ResourceType& type, const StoredObject& current) {
  json object = current.value();
  mark_for_deletion(object, 0);
  const bool goes = is_released(type, object);
  return {std::move(object), goes};
}

void remove_objects(Plane& plane, const ResourceType& type) {
  for (const auto& object : plane.store().list(type).objects) {
    static_cast<void>(
        plane.store().remove_as(type, {object->ns(), object->name()},
                                [&type](const StoredObject& current) { return deletion_of(type, current); }));
  }
}

void write_definition(Plane& plane, const std::string& name, const std::function<void(json& definition)>& change) {
  static_cast<void>(plane.store().update(definitions(), {"", name}, [&](const StoredObject& current) {
    json definition = current.value();
    change(definition);
    return definition;
  }));
}

void finish_deletion(Plane& plane, const std::string& name) {
  const ObjectPtr definition = plane.store().get(definitions(), {"", name});
  if (definition == nullptr || !has_finalizer(definition->value(), kDefinitionFinalizer)) return;
  const ResourceType type = stored_type(definition->value());
  if (is_established(definition->value())) plane.custom_types().serve(name, types_of(definition->value()));
  write_definition(plane, name, [](json& marked) { mark_terminating_definition(marked, true); });
  remove_objects(plane, type);
  if (!plane.store().list(type).objects.empty()) return;
  static_cast<void>(plane.custom_types().retire(name));
  write_definition(plane, name, [](json& marked) { set_finalizer(marked, kDefinitionFinalizer, false); });
}

void retire(Plane& plane, const json& definition) {
  static_cast<void>(plane.custom_types().retire(definition["metadata"]["name"]));
  plane.store().remove_all(stored_type(definition));
  reconsider_group(plane, group_of(definition));
}

}  // namespace

// The store is locked here, and the work locks it too.
void DefinitionController::on_change(Plane& plane, const Change& change) {
  if (change.type.terminating && change.after == nullptr) {
    worker_.run([&plane, name = change.type.resource + "." + change.type.group] { finish_deletion(plane, name); });
  }
  if (!is_definition(change.type)) return;
  if (change.after == nullptr) {
    worker_.run([&plane, before = change.before] { retire(plane, before->value()); });
  } else if (is_marked(change.after->value())) {
    if (change.before != nullptr && is_marked(change.before->value())) return;
    worker_.run([&plane, name = change.after->name()] { finish_deletion(plane, name); });
  } else if (change.before == nullptr || !same_spec(*change.before, *change.after)) {
    worker_.run([&plane, name = change.after->name()] { establish(plane, name); });
  }
}

void establish(Plane& plane, const std::string& definition) {
  const ObjectPtr known = plane.store().get(definitions(), {"", definition});
  if (known == nullptr) return;
  const std::vector<json> others = others_of(plane, definition, group_of(known->value()));
  // The types are served while the store is locked: a deletion that comes now retires them afterwards, not before.
  write_definition(plane, definition, [&](json& current) {
    accept_names(current, others);
    if (is_established(current)) plane.custom_types().serve(definition, types_of(current));
  });
}

}  // namespace kplane::testing::server
