// JSON patch on a document, as API servers apply it. Written out because nlohmann's own aborts the process on some
// operations that do not fit the document, such as adding a member to a string.
#pragma once

#include <cstddef>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// An operation that the document does not allow: a missing path, an index out of range, a failed test.
class InapplicableOperation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Applies one operation in place, the way of the library that API servers use: beyond RFC 6902, `replace` adds a
/// member that is missing, `copy` and `test` take a missing one as null, and indices count from the end when negative.
/// What it throws may leave the document half changed.
/// @param copied bytes of text copied so far, which are counted on
/// @throws InapplicableOperation
void apply_json_patch_operation(nlohmann::json& document, const nlohmann::json& operation, std::size_t& copied);

}  // namespace kplane::testing::server
