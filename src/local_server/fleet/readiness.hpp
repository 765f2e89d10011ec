// Readiness for `/readyz` and the Fleet controller: that of the process, regardless of the plane's bootstrap (contract
// §10).
#pragma once

#include <string>

#include "local_server/base/answer.hpp"
#include "local_server/script/plane_script.hpp"
#include "local_server/store/planes.hpp"

namespace kplane::testing::server {

/// @return why a plane is not ready, in one line or as scripted; empty when it is.
[[nodiscard]] std::string readiness_problem(const Plane& plane, const PlaneScript& script);

/// The answer of `/readyz`: 200 `ok`, or 500 with a text that names the failed checks.
[[nodiscard]] Answer answer_readyz(const Plane& plane, const PlaneScript& script);

}  // namespace kplane::testing::server
