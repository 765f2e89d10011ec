// Removes the data of Secrets from what is recorded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kplane/manifest.hpp>
#include <kplane/snapshot.hpp>

namespace kplane::rl::recording {

/// The text of a state in pieces, with `{}` or `""` in place of Secrets' data. Valid as long as the state. Uses only
/// the text, not the members of the Snapshot.
/// @throws DecodeError when a Secret's text is not JSON
[[nodiscard]] std::vector<std::string_view> without_secret_data(const Snapshot& state);

/// The JSON text of a manifest, already checked by Manifests; without its data if it is a Secret.
[[nodiscard]] std::string without_secret_data(const Manifest& manifest);

}  // namespace kplane::rl::recording
