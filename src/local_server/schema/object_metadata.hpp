// Checks of the metadata of changed objects of any type.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// Adds a cause for each problem that a format has with a text.
void add_problems(const std::vector<std::string>& problems, const std::string& text, const std::string& field,
                  std::vector<Cause>& causes);

/// What a write may not change: the uid, and the mark of deletion. Each cause comes twice, as a real server's do: it
/// checks the metadata before the object, and with it once more.
[[nodiscard]] std::vector<Cause> immutable_metadata_problems(const nlohmann::json& before, const nlohmann::json& after);

/// What is wrong with the finalizers in a namespace's spec.
[[nodiscard]] std::vector<Cause> namespace_finalizer_problems(const nlohmann::json& finalizers);

}  // namespace kplane::testing::server
