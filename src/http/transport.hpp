// Transport: sends requests, one at a time or many at once, through pooled connections.
#pragma once

#include <memory>
#include <optional>

#include "http/batch.hpp"
#include "http/connection.hpp"
#include "http/pool.hpp"
#include "http/request_attempts.hpp"
#include "http/stream.hpp"
#include "http/transport_options.hpp"

namespace kplane::http {

/// Thread-safe. Nothing is shared between two requests that run at once but the pools' bookkeeping.
class Transport {
 public:
  explicit Transport(TransportOptions options);

  /// Blocks until the response is there. The request's deadline spans waiting for a connection, all attempts and
  /// back-off.
  [[nodiscard]] Result<Response> send(Request request);

  /// Blocks until the result of every request was taken; each has its own deadline within the batch's.
  /// @throws what the handler throws; the requests in flight are then given up.
  void run(BatchHandler& handler, const BatchLimits& limits);

  /// Begins a request whose response is read while it arrives, on a connection beside max_connections.
  [[nodiscard]] std::unique_ptr<Stream> open(Request request);

  [[nodiscard]] const TransportOptions& options() const noexcept { return options_; }

 private:
  /// @return when to make the next attempt; nullopt: the request has ended
  [[nodiscard]] std::optional<TimePoint> attempt(RequestAttempts& attempts);

  const TransportOptions options_;
  Pool<Connection> connections_;
  Pool<Connection> stream_connections_;
  Pool<BatchConnections> batch_connections_;
};

}  // namespace kplane::http
