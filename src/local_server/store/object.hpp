// One stored version of a Kubernetes object. Immutable: a write replaces it, so readers need no lock.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

class StoredObject {
 public:
  explicit StoredObject(nlohmann::json value) : value_(std::move(value)) {}

  [[nodiscard]] const nlohmann::json& value() const noexcept { return value_; }
  [[nodiscard]] std::string name() const { return metadata_string("name"); }
  [[nodiscard]] std::string ns() const { return metadata_string("namespace"); }
  [[nodiscard]] std::string uid() const { return metadata_string("uid"); }
  [[nodiscard]] std::string resource_version() const { return metadata_string("resourceVersion"); }
  [[nodiscard]] std::int64_t generation() const;

  /// The compact text without `apiVersion`, `kind` and `metadata.managedFields`, as informers hold it. Made at the
  /// first call, then kept.
  [[nodiscard]] const std::string& item_text() const;
  /// The compact text without `apiVersion` and `kind`, as lists of built-in types show it.
  [[nodiscard]] std::string list_text() const;

 private:
  [[nodiscard]] std::string metadata_string(const char* field) const;

  nlohmann::json value_;
  mutable std::once_flag item_text_made_;
  mutable std::string item_text_;
};

using ObjectPtr = std::shared_ptr<const StoredObject>;

}  // namespace kplane::testing::server
