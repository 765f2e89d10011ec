// What a recording leaves out: the data of Secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kplane/manifest.hpp>
#include <kplane/snapshot.hpp>

namespace kplane::rl::recording {

/// The text of a state in pieces, with `{}` or `""` where a Secret's data stood. Valid as long as the state.
/// Goes by the text alone, whatever became of the members of the state.
/// @throws DecodeError when a Secret's text is not JSON
[[nodiscard]] std::vector<std::string_view> without_secret_data(const Snapshot& state);

/// The JSON text of a manifest, which Manifests has checked; without its data when it is a Secret.
[[nodiscard]] std::string without_secret_data(const Manifest& manifest);

}  // namespace kplane::rl::recording
