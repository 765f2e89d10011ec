// Checks of the metadata of changed objects of any type.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// Adds a cause for each problem of a text.
void add_problems(const std::vector<std::string>& problems, const std::string& text, const std::string& field,
                  std::vector<Cause>& causes);

/// Immutable metadata: the uid and the deletion mark. Each cause appears twice, as on a real server, which checks the
/// metadata before the object and again with it.
[[nodiscard]] std::vector<Cause> immutable_metadata_problems(const nlohmann::json& before, const nlohmann::json& after);

/// Problems of the finalizers in a namespace's spec.
[[nodiscard]] std::vector<Cause> namespace_finalizer_problems(const nlohmann::json& finalizers);

}  // namespace kplane::testing::server
