// Stream: a response that is read while it arrives.
#pragma once

#include <optional>
#include <string>

#include "http/connection.hpp"
#include "http/pool.hpp"
#include "http/request_attempts.hpp"

namespace kplane::http {

/// One request whose body, if it is a success, is taken piece by piece and may never end. Nothing arrives while nobody
/// reads: a slow reader makes the server wait.
///
/// Not for two threads at once.
class Stream final : private BodySink {
 public:
  enum class Event {
    bytes,    ///< something came; see buffer()
    quiet,    ///< nothing did until then
    ended,    ///< see take_result()
    stopped,  ///< a stop was requested
  };

  /// The stream sets the request's sink. The request's deadline bounds only the search for its credentials: how long
  /// the stream runs is its reader's choice.
  Stream(const TransportOptions& options, Pool<Connection>& connections, Request request);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  Stream(Stream&&) = delete;
  Stream& operator=(Stream&&) = delete;
  ~Stream() override = default;

  /// Blocks until something happens.
  [[nodiscard]] Event read(TimePoint until);
  /// What came and was not taken yet: the reader removes what it has understood.
  [[nodiscard]] std::string& buffer() noexcept { return buffer_; }
  /// Whether the server has answered with a success.
  [[nodiscard]] bool is_open() const noexcept;
  /// What must not be shown of the request, such as in an error that the stream brings.
  [[nodiscard]] Secrets secrets() const { return attempts_.secrets(); }
  /// Of the request that opened it.
  [[nodiscard]] const std::string& request_line() const noexcept { return request_line_; }
  /// Once, how an ended stream ended: a response without a body that was streamed, or an error.
  [[nodiscard]] Result<Response> take_result() { return *std::move(result_); }

 private:
  bool receive(std::string_view piece) override;
  void begin();
  void end(CURLcode code);

  const TransportOptions& options_;
  RequestAttempts attempts_;
  Pool<Connection>::Lease connection_;
  std::optional<RunningTransfer> running_;
  std::optional<Result<Response>> result_;
  const std::string request_line_;
  std::string buffer_;
};

}  // namespace kplane::http
