// Authentication of requests.
#include "authenticator.hpp"

namespace kplane::testing::server {

Identity Authenticator::identify(const std::string& cluster, const HttpRequest& request) const {
  if (request.client_certificate == Identity::known) return Identity::known;
  const Identity by_token = tokens_.identify(cluster, request.authorization);
  return by_token == Identity::anonymous ? request.client_certificate : by_token;
}

}  // namespace kplane::testing::server
