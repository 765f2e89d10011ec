// A Kubernetes `Status` (contract §7) ↔ what an ApiError carries of it.
#pragma once

#include <memory>

#include <kplane/error.hpp>

#include "base/secrets.hpp"
#include "json/document.hpp"

namespace kplane::codec {

/// Fills reason, message, details and retry_after from the body of a failed request. Whatever the body is, this
/// succeeds: what is no `Status` becomes the message, shortened.
/// Nothing of `secrets` is in it, nor of a body that may hold an object.
void read_status(const std::shared_ptr<const detail::Document>& body, ApiError::Info& info,
                 const detail::Secrets& secrets = {});

}  // namespace kplane::codec
