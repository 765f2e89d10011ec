#include "local_server/auth/authenticator.hpp"

namespace kplane::testing::server {

CredentialStatus Authenticator::identify(const std::string& cluster, const HttpRequest& request) const {
  if (request.client_certificate == CredentialStatus::known) return CredentialStatus::known;
  const CredentialStatus by_token = identify_token(cluster, request);
  return by_token == CredentialStatus::anonymous ? request.client_certificate : by_token;
}

CredentialStatus Authenticator::identify_token(const std::string& cluster, const HttpRequest& request) const {
  const CredentialStatus identity = tokens_.identify(cluster, request.authorization);
  if (identity != CredentialStatus::refused) return identity;
  const auto token = bearer_token(request.authorization);
  return token && speaks_for_account(cluster, *token) ? CredentialStatus::known : CredentialStatus::refused;
}

// A token ends with its account; another one of the same name is another account.
bool Authenticator::speaks_for_account(const std::string& cluster, std::string_view token) const {
  const auto owner = issued_.owner_of(token);
  if (!owner || owner->cluster != cluster) return false;
  const auto account = planes_.at(cluster).store().get(*find_built_in("", "serviceaccounts"), owner->name);
  return account != nullptr && account->uid() == owner->uid;
}

}  // namespace kplane::testing::server
