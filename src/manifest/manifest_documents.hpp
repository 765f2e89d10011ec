// Extracts the objects from the documents of a text, expanding lists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kplane/manifest.hpp>

namespace kplane::detail {

/// The objects of a text, in order. @param file the name to use in errors and origins
/// @throws ManifestError
[[nodiscard]] std::vector<Manifest> read_manifests(std::string_view text, const std::string& file);

}  // namespace kplane::detail
