// The user of a request, for authorization.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace kplane::testing::server {

/// The API group of reviews and of what may be impersonated.
inline constexpr const char* kAuthenticationGroup = "authentication.k8s.io";

struct User {
  std::string name{};
  std::string uid{};
  std::vector<std::string> groups{};
  std::map<std::string, std::vector<std::string>> extra{};
};

/// Members of `system:masters`, to whom everything is allowed.
[[nodiscard]] bool is_superuser(const User& user);
/// `system:anonymous`: a request without a credential.
[[nodiscard]] User anonymous_user();
/// A user of that name, of the groups and of `system:authenticated`.
[[nodiscard]] User authenticated_user(std::string name, std::vector<std::string> groups);
/// The user of the server's own credentials: a member of `system:masters`.
[[nodiscard]] User administrator();
/// `system:serviceaccount:NAMESPACE:NAME`
[[nodiscard]] std::string service_account_name(const std::string& ns, const std::string& name);
/// The user of a ServiceAccount's token.
[[nodiscard]] User service_account_user(const std::string& ns, const std::string& name, std::string uid = {});

}  // namespace kplane::testing::server
