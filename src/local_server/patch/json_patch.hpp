// JSON patch (RFC 6902) on a document. Written out because nlohmann's own aborts the process on some operations that
// do not fit the document, such as adding a member to a string.
#pragma once

#include <stdexcept>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// An operation that is no JSON patch operation at all.
class MalformedOperation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A good operation that the document does not allow: a missing path, an index out of range, a failed test.
class InapplicableOperation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Applies one operation in place. What it throws may leave the document half changed.
/// @throws MalformedOperation, InapplicableOperation
void apply_json_patch_operation(nlohmann::json& document, const nlohmann::json& operation);

}  // namespace kplane::testing::server
