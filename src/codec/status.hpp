// Kubernetes `Status` (contract §7) → ApiError::Info.
#pragma once

#include <memory>

#include <kplane/error.hpp>

#include "base/secrets.hpp"
#include "json/document.hpp"

namespace kplane::codec {

/// Fills reason, message, details and retry_after from the body of a failed request. Succeeds for any body: one that is
/// not a `Status` becomes the message, shortened. The result contains nothing of `secrets`, nor of a body that may
/// contain an object.
void read_status(const std::shared_ptr<const detail::Document>& body, ApiError::Info& info,
                 const detail::Secrets& secrets = {});

}  // namespace kplane::codec
