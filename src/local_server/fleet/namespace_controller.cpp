#include "local_server/fleet/namespace_controller.hpp"

#include <nlohmann/json.hpp>

#include "local_server/rest/deletes.hpp"
#include "local_server/schema/deletion_mark.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

bool empty_namespace(Store& store, const std::string& ns) {
  bool is_empty = true;
  for (const auto& [type, object] : store.contents(ns)) {
    const bool is_gone = remove_if_unheld(store, *type, {ns, object->name()});
    is_empty = is_empty && is_gone;
  }
  return is_empty;
}

void finalize(Store& store, const std::string& ns) {
  static_cast<void>(store.update(*find_built_in("", "namespaces"), {"", ns}, [](const StoredObject& current) {
    json object = current.value();
    if (is_marked(object)) object["spec"] = json::object();
    return object;
  }));
}

}  // namespace

void NamespaceController::on_change(Plane& plane, const Change& change) {
  const StoredObject& object = change.after == nullptr ? *change.before : *change.after;
  const std::string ns = is_namespace(change.type) ? object.name() : object.ns();
  if (ns.empty()) return;
  const std::lock_guard lock(mutex_);
  if (is_namespace(change.type)) {
    if (change.after == nullptr) {
      terminating_.erase({&plane, ns});
      return;
    }
    if (!is_marked(object.value()) || !terminating_.emplace(&plane, ns).second) return;
  } else if (change.after != nullptr || terminating_.count({&plane, ns}) == 0) {
    return;
  }
  worker_.run([this, &plane, ns] { work_on(plane, ns); });
}

void NamespaceController::work_on(Plane& plane, const std::string& ns) {
  {
    const std::lock_guard lock(mutex_);
    if (terminating_.count({&plane, ns}) == 0) return;
  }
  if (empty_namespace(plane.store(), ns)) finalize(plane.store(), ns);
}

}  // namespace kplane::testing::server
