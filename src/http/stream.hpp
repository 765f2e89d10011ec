// A response that is read while it arrives.
#pragma once

#include <optional>
#include <string>

#include "curl/connection.hpp"
#include "http/pool.hpp"
#include "http/request_attempts.hpp"

namespace kplane::http {

/// One request whose body, on success, is consumed piece by piece and may be endless. Nothing is received while nobody
/// reads, so a slow reader makes the server wait.
///
/// Not thread-safe.
class Stream final : private BodySink {
 public:
  enum class Event {
    opened,   ///< the server has answered with a success; not if data arrived with it
    bytes,    ///< data arrived; see buffer()
    quiet,    ///< none arrived in time
    ended,    ///< see take_result()
    stopped,  ///< a stop was requested
  };

  /// The stream sets the request's sink. The request's deadline only bounds obtaining its credentials: the reader
  /// decides how long the stream runs.
  Stream(const TransportOptions& options, Pool<curl::Connection>& connections, Request request);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  Stream(Stream&&) = delete;
  Stream& operator=(Stream&&) = delete;
  ~Stream() override = default;

  /// Blocks until an event occurs.
  [[nodiscard]] Event read(TimePoint until);
  /// Received but unconsumed data: the reader erases what it has parsed.
  [[nodiscard]] std::string& buffer() noexcept { return buffer_; }
  /// Whether the server has answered with a success.
  [[nodiscard]] bool is_open() const noexcept;
  /// The secrets of the request, for redacting errors in the stream.
  [[nodiscard]] Secrets secrets() const { return attempts_.secrets(); }
  /// The request line of the request that opened it.
  [[nodiscard]] const std::string& request_line() const noexcept { return request_line_; }
  /// Call once, after the end: a response, without the streamed body, or an error.
  [[nodiscard]] Result<Response> take_result() { return *std::move(result_); }

 private:
  bool receive(std::string_view piece) override;
  void begin();
  void end(CURLcode code);

  const TransportOptions& options_;
  RequestAttempts attempts_;
  Pool<curl::Connection>::Lease connection_;
  std::optional<curl::RunningTransfer> running_;
  std::optional<Result<Response>> result_;
  const std::string request_line_;
  std::string buffer_;
};

}  // namespace kplane::http
