// A stored version of a Kubernetes object. Immutable: a write replaces it, so readers need no lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

struct PlaneOrigin;
class SharedObject;

/// The label with the plane's ID.
inline constexpr const char* kClusterLabel = "multicluster.k8s.io/cluster";

struct ObjectName {
  std::string ns{};  ///< empty for cluster-scoped objects
  std::string name{};
  friend bool operator<(const ObjectName& a, const ObjectName& b) {
    return std::tie(a.ns, a.name) < std::tie(b.ns, b.name);
  }
};

/// The forms of an object's compact text.
enum class ObjectForm {
  whole,
  listed,  ///< without `apiVersion` and `kind`, as lists of built-in types show it
  item,    ///< without these and `metadata.managedFields`, as informers hold it
};
inline constexpr std::size_t kObjectForms = 3;

class StoredObject {
 public:
  explicit StoredObject(nlohmann::json value) : value_(std::move(value)) {}
  /// A shared object as it appears in one plane. Cost: value() makes a copy at its first call; other members do not.
  /// `shared` must outlive this.
  StoredObject(const SharedObject& shared, std::shared_ptr<const PlaneOrigin> origin, std::size_t index)
      : shared_(&shared), origin_(std::move(origin)), index_(index) {}

  [[nodiscard]] const nlohmann::json& value() const;
  /// value(), but possibly without uid, resourceVersion, creationTimestamp and the plane's label. No cost.
  [[nodiscard]] const nlohmann::json& content() const noexcept;
  [[nodiscard]] std::string name() const { return string_at("name"); }
  [[nodiscard]] std::string ns() const { return string_at("namespace"); }
  [[nodiscard]] std::string uid() const;
  [[nodiscard]] std::string resource_version() const;
  [[nodiscard]] std::int64_t generation() const;

  /// The text of an item is created at the first call and then cached, unless planes share the object.
  void append_text(std::string& text, ObjectForm form) const;

  /// The object in the shape of another type that serves it (see schema/events.hpp); always the same type. Created at
  /// the first call, then cached.
  [[nodiscard]] std::shared_ptr<const StoredObject> served_as(const ResourceType& type) const;

 private:
  [[nodiscard]] std::string string_at(const char* field) const;

  mutable nlohmann::json value_;  // null until it is asked for, where shared_ is set
  mutable std::once_flag value_made_;
  mutable std::once_flag item_text_made_;
  mutable std::string item_text_;
  mutable std::once_flag served_made_;
  mutable std::shared_ptr<const StoredObject> served_;
  const SharedObject* const shared_ = nullptr;
  const std::shared_ptr<const PlaneOrigin> origin_;
  const std::size_t index_ = 0;
};

using ObjectPtr = std::shared_ptr<const StoredObject>;

[[nodiscard]] inline ObjectName name_of(const StoredObject& object) { return {object.ns(), object.name()}; }

}  // namespace kplane::testing::server
