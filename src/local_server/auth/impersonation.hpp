// Acting as somebody else, as the `Impersonate-…` headers ask for.
#pragma once

#include <optional>

#include "local_server/auth/rbac.hpp"
#include "local_server/base/answer.hpp"
#include "local_server/base/user.hpp"
#include "local_server/net/http_front.hpp"

namespace kplane::testing::server {

/// Replaces `user` by whom it asks to be, if anybody. @return why it may not; nullopt when it may
[[nodiscard]] std::optional<Answer> impersonate(User& user, const HttpRequest& request, const Rbac& rbac);

}  // namespace kplane::testing::server
