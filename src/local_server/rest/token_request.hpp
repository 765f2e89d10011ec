// The `token` subresource of ServiceAccounts: a TokenRequest that is answered with a token.
#pragma once

#include "local_server/auth/issued_tokens.hpp"
#include "local_server/base/answer.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/planes.hpp"

namespace kplane::testing::server {

/// The type of TokenRequest documents.
[[nodiscard]] const ResourceType& token_request_type();

/// Issues a token that is valid in this plane while the account exists. One for other audiences than the server, or
/// from a dry run, is valid nowhere. @throws StatusError for every failure
[[nodiscard]] Answer answer_token_request(Plane& plane, const RestRequest& request, IssuedTokens& issued);

}  // namespace kplane::testing::server
