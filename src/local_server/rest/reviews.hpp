// Reviews (SelfSubjectReview, SubjectAccessReview, TokenReview, …), which are answered but not stored.
#pragma once

#include <optional>
#include <string>

#include "local_server/auth/authenticator.hpp"
#include "local_server/auth/requester.hpp"
#include "local_server/base/answer.hpp"
#include "local_server/base/api_path.hpp"

namespace kplane::testing::server {

struct Review {
  const ApiPath& path;
  const std::string& method;
  const std::string& content_type;
  const std::string& body;
  const std::string& cluster;
};

/// @return nullopt when the path is not that of a review. @throws StatusError
[[nodiscard]] std::optional<Answer> answer_review(const Review& review, const Requester& requester,
                                                  const Authenticator& authenticator);

}  // namespace kplane::testing::server
