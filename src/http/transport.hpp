// Sends requests, one at a time or many at once, through pooled connections.
#pragma once

#include <memory>
#include <optional>

#include "curl/connection.hpp"
#include "http/batch.hpp"
#include "http/pool.hpp"
#include "http/request_attempts.hpp"
#include "http/stream.hpp"
#include "http/transport_options.hpp"

namespace kplane::http {

/// Thread-safe. Concurrent requests share nothing but the pools' bookkeeping.
class Transport {
 public:
  explicit Transport(TransportOptions options);

  /// Blocks until the response has arrived. The request's deadline covers waiting for a connection, all attempts and
  /// backoff.
  [[nodiscard]] Result<Response> send(Request request);

  /// Blocks until every result has been delivered; each request has its own deadline within the batch's.
  /// @throws whatever the handler throws; the requests in flight are then aborted.
  void run(BatchHandler& handler, const BatchLimits& limits);
  /// The same on one thread for each handler, which gets the results of what it made the requests for. The calling
  /// thread is the first of them. Where threads cannot be started, it uses fewer handlers. `limits` are those of all
  /// threads together. @throws what the first handler to throw throws, once no thread runs any more
  void run(const BatchHandlers& handlers, const BatchLimits& limits);

  /// A batch to which requests are added while it runs, which may be streams.
  void run(OpenBatchHandler& handler, const BatchLimits& limits);

  /// Starts a request whose response is read while it arrives, on a connection that does not count against
  /// max_connections.
  [[nodiscard]] std::unique_ptr<Stream> open(Request request);

  [[nodiscard]] const TransportOptions& options() const noexcept { return options_; }

 private:
  /// @return the time of the next attempt; nullopt: the request has ended
  [[nodiscard]] std::optional<TimePoint> attempt(RequestAttempts& attempts);
  void run_part(BatchHandler& handler, BatchQueue& queue, const BatchLimits& limits);

  const TransportOptions options_;
  Pool<curl::Connection> connections_;
  Pool<curl::Connection> stream_connections_;
  Pool<BatchConnections> batch_connections_;
};

}  // namespace kplane::http
