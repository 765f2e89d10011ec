// An initial object of all planes: the same in each, except for a few plane-specific values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/identity.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/store/object.hpp"

namespace kplane::testing::server {

/// What a plane's own values are derived from.
struct PlaneOrigin {
  std::string cluster{};            ///< the label's value; empty: there is no label
  std::string created{};            ///< when the plane got its initial objects
  Identifiers identifiers;          ///< of the plane
  std::uint64_t first_version = 0;  ///< the resourceVersion before the first of these objects
};

/// The plane-specific values of an object. Views into the origin or into literals.
struct OwnValues {
  UuidText uid{};
  std::string resource_version{};
  std::string_view created{};
  std::string_view cluster{};
};

/// @param index the object's place among those that the plane began with
[[nodiscard]] OwnValues own_values(const PlaneOrigin& origin, std::size_t index);

/// Immutable.
class SharedObject {
 public:
  /// @param content the object without its plane-specific values
  /// @param labelled whether planes label their objects
  SharedObject(const ResourceType& type, nlohmann::json content, bool labelled);

  [[nodiscard]] const ResourceType& type() const noexcept { return *type_; }
  [[nodiscard]] const ObjectName& name() const noexcept { return name_; }
  [[nodiscard]] const nlohmann::json& content() const noexcept { return content_; }
  [[nodiscard]] nlohmann::json value(const OwnValues& own) const;
  /// The text of value(), without making it.
  void append_text(std::string& text, ObjectForm form, const OwnValues& own) const;
  /// In the shape of another type that serves it; nullptr: there is none.
  [[nodiscard]] const SharedObject* served() const noexcept { return served_.get(); }

 private:
  enum class Gap { none, uid, resource_version, created, cluster };
  /// Text, and which of the own values comes after it.
  struct TextPiece {
    std::string text{};
    Gap gap = Gap::none;
  };
  using Text = std::vector<TextPiece>;

  [[nodiscard]] static Text split(std::string_view sample);

  const ResourceType* type_;
  ObjectName name_;
  nlohmann::json content_;
  std::array<Text, kObjectForms> texts_;
  std::unique_ptr<const SharedObject> served_;
};

/// A view of a stored or shared object. Cheaper than an ObjectPtr, which would have to be created for the latter. Valid
/// as long as the plane.
class ObjectView {
 public:
  explicit ObjectView(ObjectPtr object) : object_(std::move(object)) {}
  ObjectView(const SharedObject& shared, const PlaneOrigin& origin, std::size_t index)
      : shared_(&shared), origin_(&origin), index_(index) {}

  /// As StoredObject::content().
  [[nodiscard]] const nlohmann::json& content() const {
    return shared_ == nullptr ? object_->content() : shared_->content();
  }
  /// In the shape of `type`, as which it is not stored.
  [[nodiscard]] ObjectView served_as(const ResourceType& type) const {
    if (shared_ == nullptr) return ObjectView(object_->served_as(type));
    return ObjectView(*shared_->served(), *origin_, index_);
  }
  void append_text(std::string& text, ObjectForm form) const {
    if (shared_ == nullptr) return object_->append_text(text, form);
    shared_->append_text(text, form, own_values(*origin_, index_));
  }

 private:
  ObjectPtr object_;
  const SharedObject* shared_ = nullptr;
  const PlaneOrigin* origin_ = nullptr;
  std::size_t index_ = 0;
};

}  // namespace kplane::testing::server
