// One attempt at one request on one libcurl handle.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <kplane/error.hpp>

#include "base/secrets.hpp"
#include "curl/handles.hpp"
#include "http/message.hpp"
#include "http/transport_options.hpp"

namespace kplane::http {

/// Sets up a handle, receives the response and reports the outcome. Must not move while libcurl holds its address.
class Transfer {
 public:
  explicit Transfer(const TransportOptions& options) : options_(options) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  Transfer(Transfer&&) = delete;
  Transfer& operator=(Transfer&&) = delete;
  ~Transfer() = default;

  /// Prepares `handle` for performing. `request`, `identity` and `limits` must stay alive until it is done. With
  /// `is_repeated`, an earlier attempt failed: the server's name is looked up again if a connection is opened.
  /// @throws std::bad_alloc, TlsError for an unusable CA
  void prepare(CURL* handle, const Request& request, const AuthInfo& identity, const WaitLimits& limits,
               bool is_repeated);

  /// Call after performing the handle ended with `code`: nullptr when a complete response arrived, otherwise the error
  /// of `what`.
  /// @throws std::bad_alloc
  [[nodiscard]] std::shared_ptr<const Error> finish(CURLcode code, const std::string& what);

  /// Call after the handle was removed before it was done.
  void abandon() noexcept;

  /// The secrets of the request, for redacting an answer that quotes it.
  [[nodiscard]] Secrets secrets() const;

  /// While the handle runs: whether the headers of a 2xx response have arrived.
  [[nodiscard]] bool is_success() const noexcept;
  [[nodiscard]] int status() const noexcept { return response_.status; }
  [[nodiscard]] const Headers& headers() const noexcept { return response_.headers; }
  [[nodiscard]] std::size_t received_bytes() const noexcept { return received_bytes_; }
  /// How often the request was sent: libcurl resends an idempotent one by itself when a kept-alive connection turns out
  /// to be closed.
  [[nodiscard]] int sendings() const noexcept { return sendings_; }
  [[nodiscard]] Response take_response();

 private:
  enum class Excess { none, headers, body };

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept;
  static int on_connected(void* self, char* remote_address, char* local_address, int remote_port,
                          int local_port) noexcept;
  bool receive_header(std::string_view line);
  bool receive_body(const char* data, std::size_t size);
  void append_body(std::string_view piece);
  void begin_body(std::size_t first_piece);
  void release() noexcept;
  void prepare_limits(CURL* handle, const WaitLimits& limits);
  void prepare_connection(CURL* handle);
  void prepare_address(CURL* handle, const std::string& url);
  static void prepare_name_lookup(CURL* handle, bool is_repeated);
  void prepare_proxy(CURL* handle) const;
  void prepare_tls(CURL* handle) const;
  void prepare_certificate(CURL* handle, const AuthInfo& identity) const;
  static void prepare_body(CURL* handle, const Request& request);
  void prepare_message(CURL* handle, const Request& request, const AuthInfo& identity);
  [[nodiscard]] std::string reason(CURLcode code) const;
  [[nodiscard]] bool is_out_of_files(CURLcode code) const noexcept;

  const TransportOptions& options_;
  CURL* handle_ = nullptr;
  const Request* request_ = nullptr;
  const AuthInfo* identity_ = nullptr;
  const WaitLimits* limits_ = nullptr;
  TimePoint connect_deadline_;
  BodyWatcher* watcher_ = nullptr;
  BodySink* sink_ = nullptr;
  curl::HeaderLines lines_;
  curl::HeaderLines addresses_;
  int socket_error_ = 0;  // why no socket could be opened
  Response response_;
  std::size_t received_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  int sendings_ = 0;
  Excess excess_ = Excess::none;
  bool out_of_memory_ = false;
  bool is_without_name_ = false;  // the server's certificate
  bool is_lost_ = false;          // was sent, may not be sent again, and was not answered
  std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace kplane::http
