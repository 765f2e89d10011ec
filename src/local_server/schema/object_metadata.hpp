// What an API server checks in the metadata of objects of any type.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// What is wrong with `finalizers`, a list in metadata or in a namespace's spec.
[[nodiscard]] std::vector<Cause> finalizer_problems(const nlohmann::json& finalizers, const std::string& field);

/// What is wrong with metadata's ownerReferences and finalizers.
[[nodiscard]] std::vector<Cause> ownership_problems(const nlohmann::json& metadata);

/// What a write may not change: the uid, and the mark of deletion. Each cause comes twice, as a real server's do: it
/// checks the metadata before the object, and with it once more.
[[nodiscard]] std::vector<Cause> immutable_metadata_problems(const nlohmann::json& before, const nlohmann::json& after);

}  // namespace kplane::testing::server
