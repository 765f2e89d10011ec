// Combines several answers into the body of one state.
#pragma once

#include <string>
#include <vector>

#include <kplane/snapshot.hpp>

namespace kplane::detail {

/// A state body (contract §3) with the snapshot's types.
[[nodiscard]] std::string encode_state(const Snapshot& state);

/// The state with these types added: a single body again, so that raw() has everything. Types that the state already
/// has are unchanged. Copies the text.
[[nodiscard]] Snapshot with_types(Snapshot state, std::vector<SnapshotResource> types);

}  // namespace kplane::detail
