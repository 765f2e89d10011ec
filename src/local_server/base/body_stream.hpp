// Bodies that are streamed for as long as their source wants, such as a watch.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

namespace kplane::testing::server {

class WakePipe;

/// The destination of the pieces: one client.
class BodyWriter {
 public:
  enum class Wake {
    called,    ///< the pipe was woken
    deadline,  ///< the deadline passed
    gone,      ///< the client has disconnected, or the server is stopping
  };

  virtual ~BodyWriter() = default;
  /// Sends a piece at once. @return whether the client is still connected
  [[nodiscard]] virtual bool send(std::string_view piece) = 0;
  [[nodiscard]] virtual Wake wait(const WakePipe& pipe, std::chrono::steady_clock::time_point deadline) = 0;
};

enum class StreamEnd {
  complete,  ///< the client sees a proper end
  cut,       ///< the connection is closed abruptly
};

/// Sends a body. Runs on the connection's thread.
using BodyStream = std::function<StreamEnd(BodyWriter&)>;

}  // namespace kplane::testing::server
