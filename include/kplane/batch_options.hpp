#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include <kplane/stop.hpp>

namespace kplane {

/// The bounds of a batch.
///
/// A plane that stops sending does not delay the others: when nothing arrived from it for four times as long as an
/// answer usually takes (at least 100 ms; a second at first), while a plane that was asked later did answer, the next
/// one is asked in addition. It keeps its connection and the received part of its body, and counts against
/// `concurrency` again when it resumes. Up to 15 such requests for each of `concurrency` may be in flight, and 256 in
/// all; so many bodies may then be in memory too. If every plane is silent, one more request is sent after a second,
/// one after two more seconds, one after four more, and so on.
struct BatchOptions {
  std::size_t concurrency = 16;  ///< requests in flight at once, beside those of silent planes, and connections kept
                                 ///< for the next batch; ClientOptions::max_connections caps it
  std::optional<std::chrono::milliseconds>
      timeout{};     ///< for the whole batch; what is not done by then ends in TimeoutError. None: no bound
  StopToken stop{};  ///< what is not done by then ends in StoppedError
};

}  // namespace kplane
