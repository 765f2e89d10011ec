// The `token` subresource of ServiceAccounts: a TokenRequest that is answered with a token.
#pragma once

#include "answer.hpp"
#include "issued_tokens.hpp"
#include "planes.hpp"
#include "resource_types.hpp"
#include "rest.hpp"

namespace kplane::testing::server {

/// The type of TokenRequest documents.
[[nodiscard]] const ResourceType& token_request_type();

/// Issues a token that is good in this plane while the account exists. One for other audiences than the server, and
/// that of a dry run, is good nowhere. @throws StatusError for every failure
[[nodiscard]] Answer answer_token_request(Plane& plane, const RestRequest& request, IssuedTokens& issued);

}  // namespace kplane::testing::server
