// Impersonation through the `Impersonate-…` headers.
#pragma once

#include <optional>

#include "local_server/auth/rbac.hpp"
#include "local_server/base/answer.hpp"
#include "local_server/base/user.hpp"
#include "local_server/net/http_front.hpp"

namespace kplane::testing::server {

/// Replaces `user` with the impersonated user, if any. @return the refusal; nullopt when it is allowed
[[nodiscard]] std::optional<Answer> impersonate(User& user, const HttpRequest& request, const Rbac& rbac);

}  // namespace kplane::testing::server
