// The status of a credential in a plane.
#pragma once

namespace kplane::testing::server {

enum class CredentialStatus {
  known,      ///< a credential that this plane accepts
  anonymous,  ///< no credential at all
  refused,    ///< a credential that is not valid here
};

}  // namespace kplane::testing::server
