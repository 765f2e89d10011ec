// The types of scalars by the rules of YAML 1.1, as Go's yaml.v2, which Kubernetes uses, applies them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "yaml/tree.hpp"

namespace kplane::yaml {

struct Scalar {
  NodeType type;     ///< none of the collections
  std::string text;  ///< of `text`: its value; of the others: JSON, or `.inf`, `-.inf` and `.nan`, which JSON lacks
};

struct ScalarTag {
  std::string_view uri;  ///< empty where there is none
  bool is_implicit;      ///< the text says which type it is: a plain scalar without a tag

  /// Whether `<<` as a key merges.
  [[nodiscard]] bool may_be_merge() const noexcept { return is_implicit || uri == "tag:yaml.org,2002:merge"; }
};

/// @return nullopt when the text is not of the type that the tag names
[[nodiscard]] std::optional<Scalar> resolve_scalar(const ScalarTag& tag, const std::string& text);

/// Whether the scalar is infinite or no number.
[[nodiscard]] bool is_beyond_json(const Scalar& scalar);

/// What the scalar is as the key of an object; nullopt for null, which is none.
[[nodiscard]] std::optional<std::string> key_of(const Scalar& scalar);

}  // namespace kplane::yaml
