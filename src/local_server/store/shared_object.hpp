// An object that all planes begin with: the same in each, but for a few values that are a plane's own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/identity.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/store/object.hpp"

namespace kplane::testing::server {

/// What a plane's own values follow from.
struct PlaneOrigin {
  std::string cluster{};            ///< the label's value; empty: there is no label
  std::string created{};            ///< when the plane got its initial objects
  Identifiers identifiers;          ///< of the plane
  std::uint64_t first_version = 0;  ///< the resourceVersion before the first of these objects
};

/// The values of one object in one plane.
struct OwnValues {
  std::string uid{};
  std::string resource_version{};
  std::string created{};
  std::string cluster{};
};

/// @param index the object's place among those that the plane began with
[[nodiscard]] OwnValues own_values(const PlaneOrigin& origin, std::size_t index);

/// Immutable.
class SharedObject {
 public:
  /// @param content all of the object but its own values
  /// @param labelled whether planes label their objects
  SharedObject(const ResourceType& type, nlohmann::json content, bool labelled);

  [[nodiscard]] const ResourceType& type() const noexcept { return *type_; }
  [[nodiscard]] const ObjectName& name() const noexcept { return name_; }
  [[nodiscard]] const nlohmann::json& content() const noexcept { return content_; }
  [[nodiscard]] nlohmann::json value(const OwnValues& own) const;
  /// The text of value(), without making it.
  void append_text(std::string& text, ObjectForm form, const OwnValues& own) const;

 private:
  /// Text with gaps, each of which one of the own values fills.
  struct TextPiece {
    std::string text{};
    std::string OwnValues::*gap = nullptr;  ///< after the text; nullptr: none
  };
  using Text = std::vector<TextPiece>;

  [[nodiscard]] static Text split(std::string_view sample);

  const ResourceType* type_;
  ObjectName name_;
  nlohmann::json content_;
  std::array<Text, kObjectForms> texts_;
};

}  // namespace kplane::testing::server
