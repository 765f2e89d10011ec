// Establishing and retiring custom types.
#include "local_server/fleet/definition_controller.hpp"

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/schema/custom_definitions.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

bool same_spec(const StoredObject& a, const StoredObject& b) { return a.value()["spec"] == b.value()["spec"]; }

}  // namespace

void DefinitionController::on_change(Plane& plane, const Change& change) {
  if (!is_definition(change.type)) return;
  if (change.after == nullptr) {
    retire(plane, change.before->name());
  } else if (change.before == nullptr || !same_spec(*change.before, *change.after)) {
    establish_later(plane, change.after->name());
  }
}

// The store is locked here, and deleting objects locks it too.
void DefinitionController::retire(Plane& plane, const std::string& definition) {
  const std::vector<const ResourceType*> types = plane.custom_types().retire(definition);
  worker_.run([&plane, types] {
    for (const auto* type : types) plane.store().remove_all(*type);
  });
}

void DefinitionController::establish_later(Plane& plane, const std::string& definition) {
  worker_.run([&plane, definition] { establish(plane, definition); });
}

void establish(Plane& plane, const std::string& definition) {
  const ResourceType& type = *find_built_in("apiextensions.k8s.io", "customresourcedefinitions");
  // The types are served while the store is locked: a deletion that comes now retires them afterwards, not before.
  static_cast<void>(plane.store().update(type, {"", definition}, [&](const StoredObject& current) {
    plane.custom_types().serve(definition, types_of(current.value()));
    json established = current.value();
    established["status"] = established_status(established);
    return established;
  }));
}

}  // namespace kplane::testing::server
