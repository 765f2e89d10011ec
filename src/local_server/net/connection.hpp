// One accepted connection, plain or TLS, as the stream that cpp-httplib reads requests from and writes answers to.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include <httplib.h>

#include "local_server/base/wake_pipe.hpp"
#include "local_server/net/credential.hpp"
#include "local_server/net/openssl_handles.hpp"

#if !defined(CPPHTTPLIB_OPENSSL_SUPPORT)
#error "cpp-httplib must be used with CPPHTTPLIB_OPENSSL_SUPPORT: the layout of its types depends on it"
#endif

namespace kplane::testing::server {

/// What one request may take, however slowly its client sends it.
struct RequestLimits {
  std::size_t bytes = std::size_t{65} << 20U;  ///< as sent: of its head, and of a body with its chunks
  std::chrono::seconds time{120};              ///< until all of it has arrived
};

/// Owned and used by one thread, except for shut_down(), is_shut_down(), shut_down_if_idle() and waits_since().
class Connection final : public httplib::Stream {
 public:
  /// @param tls nullptr for a plain connection
  /// @throws std::bad_alloc when there is no memory for a TLS session
  Connection(Descriptor socket, SSL_CTX* tls, RequestLimits limits = {});
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Performs the TLS handshake; does nothing on a plain connection. @return whether it succeeded; if not, the client
  /// was sent an alert and had time to read it
  [[nodiscard]] bool handshake();
  /// The status of the certificate that the client presented in the handshake.
  [[nodiscard]] CredentialStatus client_certificate() const;
  /// Blocks until a request (or the end of the connection) can be read. @return false when nothing came in time.
  /// What is read from then on is one request, which ends with an error where it exceeds the limits.
  [[nodiscard]] bool wait_for_data(std::chrono::milliseconds timeout);
  /// Shuts it down if it has answered a request and is waiting for another one. May be called from any thread while
  /// the object exists. @return whether it was
  bool shut_down_if_idle() noexcept;
  /// To be called when all of a request has arrived.
  void end_request() noexcept { waits_since_ = none; }
  using SteadyTime = std::chrono::steady_clock::time_point;
  /// Since when its client keeps it waiting: for a handshake, the first request or the rest of one, or to take an
  /// answer. May be called from any thread while the object exists. @return nullopt when it does not
  [[nodiscard]] std::optional<SteadyTime> waits_since() const noexcept;
  enum class Wake { called, deadline, gone };
  /// While an answer is being streamed: sleeps until `pipe` is readable, the deadline has come, or the peer has gone.
  [[nodiscard]] Wake wait_while_streaming(int pipe, SteadyTime deadline) const;
  /// Sends only this many bytes of the next answer's body, then behaves like a broken connection.
  void cut_next_body_after(std::size_t bytes);
  /// Sends nothing of the next answer.
  void cut_next_answer() { answer_cut_ = true; }
  [[nodiscard]] bool was_cut() const noexcept { return was_cut_; }
  /// Wakes the thread that is blocked on this connection. May be called from any thread while the object exists.
  void shut_down() noexcept;
  [[nodiscard]] bool is_shut_down() const noexcept { return is_shut_down_; }

  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] int socket() const override { return socket_.get(); }

 private:
  static constexpr SteadyTime none{};
  void let_peer_close() const;
  [[nodiscard]] bool wait_until_readable(std::chrono::milliseconds timeout) const;
  [[nodiscard]] ssize_t receive(char* data, std::size_t size);
  [[nodiscard]] ssize_t receive_some(char* data, std::size_t size);
  [[nodiscard]] bool send_all(const char* data, std::size_t size);
  [[nodiscard]] bool send_pieces(const char* data, std::size_t size);
  [[nodiscard]] bool send_until_cut(const char* data, std::size_t size);

  const Descriptor socket_;
  const RequestLimits limits_;
  std::atomic<bool> idle_{false};
  std::atomic<bool> is_shut_down_{false};
  bool has_received_ = false;  // a request
  std::atomic<SteadyTime> waits_since_{none};
  std::size_t bytes_left_ = 0;  // of the request
  SteadyTime complete_until_;   // by when all of it must be there
  TlsSessionPtr tls_;
  // httplib reads request lines byte by byte; without a buffer that would be a system call each.
  std::array<char, 16'384> buffer_;
  std::size_t buffer_begin_ = 0;
  std::size_t buffer_end_ = 0;
  std::optional<std::size_t> cut_after_;
  std::string head_end_;  // the last bytes sent, while looking for the blank line that ends the head
  bool answer_cut_ = false;
  bool was_cut_ = false;
};

}  // namespace kplane::testing::server
