// Whom a request is from, and what that one may do in the plane it goes to.
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
