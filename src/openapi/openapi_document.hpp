// The embedded OpenAPI document's bytes; the definitions are generated from openapi/kplane.v1.yaml at build time.
#pragma once

#include <cstddef>

namespace kplane::openapi::detail {

extern const unsigned char kDocument[];  // NOLINT(cppcoreguidelines-avoid-c-arrays,modernize-avoid-c-arrays)
extern const std::size_t kDocumentSize;

}  // namespace kplane::openapi::detail
