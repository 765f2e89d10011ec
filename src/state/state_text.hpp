// A Snapshot that was put together from several answers, as the body of one state.
#pragma once

#include <string>
#include <vector>

#include <kplane/snapshot.hpp>

namespace kplane::detail {

/// A state body (contract §3) with the snapshot's types.
[[nodiscard]] std::string encode_state(const Snapshot& state);

/// The state with these types beside its own: one body again, so that raw() has it all. Types that the state has stay
/// as it has them. Copies the text.
[[nodiscard]] Snapshot with_types(Snapshot state, std::vector<SnapshotResource> types);

}  // namespace kplane::detail
