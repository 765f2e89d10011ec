#include "local_server/auth/impersonation.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

constexpr std::string_view kAccountPrefix = "system:serviceaccount:";

struct AccountName {
  std::string ns{};
  std::string name{};
};

std::optional<AccountName> service_account_of(const std::string& user) {
  if (user.compare(0, kAccountPrefix.size(), kAccountPrefix) != 0) return std::nullopt;
  const std::size_t colon = user.find(':', kAccountPrefix.size());
  if (colon == std::string::npos) return std::nullopt;
  return AccountName{user.substr(kAccountPrefix.size(), colon - kAccountPrefix.size()), user.substr(colon + 1)};
}

/// What must be allowed before a user may be impersonated.
std::vector<Access> needed(const User& wanted, bool has_groups) {
  std::vector<Access> all;
  if (const auto account = service_account_of(wanted.name)) {
    all.push_back({"impersonate", "", "serviceaccounts", "", account->ns, account->name, ""});
  } else {
    all.push_back({"impersonate", "", "users", "", "", wanted.name, ""});
  }
  if (has_groups) {
    for (const auto& group : wanted.groups) all.push_back({"impersonate", "", "groups", "", "", group, ""});
  }
  if (!wanted.uid.empty()) all.push_back({"impersonate", kAuthenticationGroup, "uids", "", "", wanted.uid, ""});
  for (const auto& [key, values] : wanted.extra) {
    for (const auto& value : values) {
      all.push_back({"impersonate", kAuthenticationGroup, "userextras", key, "", value, ""});
    }
  }
  return all;
}

void add_usual_groups(User& user, bool has_groups) {
  const auto is_in = [&](const char* group) {
    return std::find(user.groups.begin(), user.groups.end(), group) != user.groups.end();
  };
  const auto account = service_account_of(user.name);
  if (account && !has_groups) {
    user.groups = service_account_user(account->ns, account->name).groups;
    return;
  }
  if (user.name == anonymous_user().name) {
    if (!is_in("system:unauthenticated")) user.groups.emplace_back("system:unauthenticated");
    return;
  }
  if (!is_in("system:authenticated") && !is_in("system:unauthenticated"))
    user.groups.emplace_back("system:authenticated");
}

Answer without_user(const HttpRequest& request) {
  const auto first = request.impersonation.begin();
  const std::string kind = first->first == "group" ? "Group" : first->first == "uid" ? "UID" : "UserExtra";
  constexpr std::string_view plane_end = "/control-plane";
  std::string path = request.target.substr(0, request.target.find('?'));
  const std::size_t below = path.compare(0, 10, "/clusters/") == 0 ? path.find(plane_end) : std::string::npos;
  if (below != std::string::npos) path.erase(0, below + plane_end.size());
  return {500,
          "Internal Server Error: \"" + path + "\": requested [{" + kind + "  " + first->second +
              "    }] without impersonating a user\n",
          kTextType,
          {}};
}

}  // namespace

std::optional<Answer> impersonate(User& user, const HttpRequest& request, const Rbac& rbac) {
  if (request.impersonation.empty()) return std::nullopt;
  constexpr std::string_view extra_prefix = "extra-";
  User wanted;
  for (const auto& [name, value] : request.impersonation) {
    if (name == "user") wanted.name = value;
    if (name == "group") wanted.groups.push_back(value);
    if (name == "uid") wanted.uid = value;
    if (name.compare(0, extra_prefix.size(), extra_prefix) == 0)
      wanted.extra[name.substr(extra_prefix.size())].push_back(value);
  }
  if (wanted.name.empty()) return without_user(request);
  const bool has_groups = !wanted.groups.empty();
  for (const Access& access : needed(wanted, has_groups)) {
    if (!rbac.allows(user, access)) return forbidden(user.name, access);
  }
  add_usual_groups(wanted, has_groups);
  user = std::move(wanted);
  return std::nullopt;
}

}  // namespace kplane::testing::server
