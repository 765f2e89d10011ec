#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include <kplane/stop.hpp>

namespace kplane {

/// The bounds of a batch.
///
/// A plane that falls silent does not hold up the others: when nothing came from it for four times as long as an answer
/// usually takes (at least 100 ms; a second at first), while a plane that was asked later did answer, the next one is
/// asked beside it. It keeps its connection and what it sent of its body, and counts against `concurrency` again when
/// it goes on. Up to 15 such requests for each of `concurrency` may be in flight, and 256 in all; so many bodies may
/// then be in memory too. Where every plane is silent, one request more is sent after a second, one after two more, one
/// after four more, and so on.
struct BatchOptions {
  std::size_t concurrency = 16;  ///< requests in flight at once, beside those of silent planes, and connections kept
                                 ///< for the next batch; ClientOptions::max_connections caps it
  std::optional<std::chrono::milliseconds>
      timeout{};     ///< for the whole batch; what is not done by then ends in TimeoutError. None: no bound
  StopToken stop{};  ///< what is not done by then ends in StoppedError
};

}  // namespace kplane
