// step_info(): how a step went, for a recording.
#pragma once

#include <string>

#include <kplane/export.hpp>
#include <kplane/rl/observation.hpp>

namespace kplane::rl {

/// How long an observation took and what failed, as JSON text for Step::info, which `kplane report` understands:
///
///     {"elapsed_ms":12.3,"error":{"kind":"Conflict","message":"PUT https://…: 409 …"}}
///
/// `error` is absent where nothing failed. It is what the function of the caller's threw, or else why there is no
/// state, or else the request that failed. Its kind is the name of the error's class, without the namespace;
/// `exception` for one that is not of this library.
///
/// A step without a state can be recorded too: leave Step::state as it is, and set Step::plane.
/// Thread safety: may be called from any thread. No I/O.
[[nodiscard]] KPLANE_API std::string step_info(const Observation& seen);

}  // namespace kplane::rl
