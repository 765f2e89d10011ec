// The body of a DELETE (contract §7).
#pragma once

#include <string>

#include <kplane/resource_options.hpp>

namespace kplane::codec {

/// A Kubernetes `DeleteOptions` object.
[[nodiscard]] std::string encode_delete_options(const DeleteOptions& options);

}  // namespace kplane::codec
