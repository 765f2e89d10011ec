// The user of a request, and that user's rights in its plane.
#pragma once

#include "local_server/auth/rbac.hpp"
#include "local_server/base/user.hpp"

namespace kplane::testing::server {

struct Requester {
  User user{};
  Rbac rbac;

  [[nodiscard]] bool may(const Access& access) const { return rbac.allows(user, access); }
};

}  // namespace kplane::testing::server
