#include "local_server/auth/authenticator.hpp"

#include <algorithm>
#include <utility>

namespace kplane::testing::server {
namespace {

bool is_for_server(const std::vector<std::string>& audiences) {
  return std::find(audiences.begin(), audiences.end(), kServerAudience) != audiences.end();
}

bool is_there(const Store& store, const BoundObject& bound) {
  const auto object = store.get(*bound.type, bound.name);
  return object != nullptr && object->uid() == bound.uid;
}

}  // namespace

std::optional<User> Authenticator::authenticate(const std::string& cluster, const HttpRequest& request) const {
  if (request.client_certificate == CredentialStatus::known) return administrator();
  // Other schemes than Bearer do not identify the client.
  if (bearer_token(request.authorization)) return authenticate_token(cluster, request);
  if (request.client_certificate == CredentialStatus::refused) return std::nullopt;
  return anonymous_user();
}

std::optional<User> Authenticator::authenticate_token(const std::string& cluster, const HttpRequest& request) const {
  const auto token = bearer_token(request.authorization);
  if (!token) return std::nullopt;
  TokenFinding found = find_token(cluster, *token);
  return is_for_server(found.audiences) ? std::move(found.user) : std::nullopt;
}

// A ServiceAccount's token becomes invalid with its account; one recreated under the same name is a different account.
TokenFinding Authenticator::find_token(const std::string& cluster, std::string_view token) const {
  if (auto user = tokens_.find(cluster, token)) return {std::move(user), {kServerAudience}};
  auto owner = issued_.owner_of(token);
  if (!owner || owner->cluster != cluster) return {};
  const auto account = planes_.at(cluster).store().get(*find_built_in("", "serviceaccounts"), owner->name);
  if (account == nullptr || account->uid() != owner->uid) return {};
  if (owner->bound && !is_there(planes_.at(cluster).store(), *owner->bound)) return {};
  User user = service_account_user(owner->name.ns, owner->name.name, owner->uid);
  user.extra["authentication.kubernetes.io/credential-id"] = {owner->credential_id};
  return {std::move(user), std::move(owner->audiences)};
}

}  // namespace kplane::testing::server
