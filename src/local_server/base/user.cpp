#include "local_server/base/user.hpp"

#include <algorithm>
#include <utility>

namespace kplane::testing::server {

bool is_superuser(const User& user) {
  return std::find(user.groups.begin(), user.groups.end(), "system:masters") != user.groups.end();
}

User anonymous_user() { return {"system:anonymous", {}, {"system:unauthenticated"}, {}}; }

User authenticated_user(std::string name, std::vector<std::string> groups) {
  groups.emplace_back("system:authenticated");
  return {std::move(name), {}, std::move(groups), {}};
}

User administrator() { return authenticated_user("admin", {"system:masters"}); }

std::string service_account_name(const std::string& ns, const std::string& name) {
  return "system:serviceaccount:" + ns + ":" + name;
}

User service_account_user(const std::string& ns, const std::string& name, std::string uid) {
  User user =
      authenticated_user(service_account_name(ns, name), {"system:serviceaccounts", "system:serviceaccounts:" + ns});
  user.uid = std::move(uid);
  return user;
}

}  // namespace kplane::testing::server
