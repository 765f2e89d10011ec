// Authentication of requests.
#include "authenticator.hpp"

namespace kplane::testing::server {

Identity Authenticator::identify(const std::string& cluster, const HttpRequest& request) const {
  if (request.client_certificate == Identity::known) return Identity::known;
  const Identity by_token = identify_token(cluster, request);
  return by_token == Identity::anonymous ? request.client_certificate : by_token;
}

Identity Authenticator::identify_token(const std::string& cluster, const HttpRequest& request) const {
  const Identity identity = tokens_.identify(cluster, request.authorization);
  if (identity != Identity::refused) return identity;
  const auto token = bearer_token(request.authorization);
  return token && speaks_for_account(cluster, *token) ? Identity::known : Identity::refused;
}

// A token ends with its account; another one of the same name is another account.
bool Authenticator::speaks_for_account(const std::string& cluster, std::string_view token) const {
  const auto owner = issued_.owner_of(token);
  if (!owner || owner->cluster != cluster) return false;
  const auto account = planes_.at(cluster).store().get(*find_built_in("", "serviceaccounts"), owner->name);
  return account != nullptr && account->uid() == owner->uid;
}

}  // namespace kplane::testing::server
