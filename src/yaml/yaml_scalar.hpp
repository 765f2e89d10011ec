// Scalar types by the rules of YAML 1.1 as implemented by Go's yaml.v2, which Kubernetes uses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "yaml/tree.hpp"

namespace kplane::yaml {

struct Scalar {
  NodeType type;     ///< never a collection
  std::string text;  ///< for type `text`: the value; for others: JSON, or `.inf`, `-.inf` and `.nan`, which JSON lacks
};

struct ScalarTag {
  std::string_view uri;  ///< empty: none
  bool is_implicit;      ///< a plain scalar without a tag, whose type follows from the text

  /// Whether `<<` as a key merges.
  [[nodiscard]] bool may_be_merge() const noexcept { return is_implicit || uri == "tag:yaml.org,2002:merge"; }
};

/// @return nullopt when the text does not match the tag's type
[[nodiscard]] std::optional<Scalar> resolve_scalar(const ScalarTag& tag, const std::string& text);

/// Whether the scalar is infinite or NaN.
[[nodiscard]] bool is_beyond_json(const Scalar& scalar);

/// The scalar as the key of an object; nullopt for null, which cannot be a key.
[[nodiscard]] std::optional<std::string> key_of(const Scalar& scalar);

}  // namespace kplane::yaml
