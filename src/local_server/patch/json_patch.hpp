// JSON patch as API servers apply it. Implemented here because nlohmann's aborts the process on some inapplicable
// operations, such as adding a member to a string.
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

/// Applies one operation in place, as the library that API servers use: beyond RFC 6902, `replace` adds a missing
/// member, `copy` and `test` treat a missing one as null, and negative indices count from the end. An exception may
/// leave the document half changed.
/// @param copied the number of bytes of text copied so far, which is updated
/// @throws InapplicableOperation
void apply_json_patch_operation(nlohmann::json& document, const nlohmann::json& operation, std::size_t& copied);

}  // namespace kplane::testing::server
