// The libcurl options of a request, the callbacks that receive its response, and the meaning of libcurl's error codes.
#include "http/transfer.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "base/open_files.hpp"
#include "base/standard_streams.hpp"
#include "http/request_secrets.hpp"
#include "http/tls_error.hpp"

namespace kplane::http {

namespace {

using curl::append_line;
using curl::set_option;

constexpr std::size_t max_header_bytes = std::size_t{256} * 1024;
// A server's Content-Length is trusted up to this size; beyond it, memory grows with the data that actually arrives.
constexpr std::size_t max_trusted_length = std::size_t{16} * 1024 * 1024;
// A body of unknown length whose first piece is no larger than this probably ends with it, and needs no large buffer.
constexpr std::size_t largest_small_piece = std::size_t{8} * 1024;
constexpr std::size_t usual_headers = 8;
constexpr int receive_window_bytes = 512 * 1024;
// libcurl allocates its buffers anew for each transfer. Freeing one of 64 KiB makes glibc's malloc merge all free
// pieces of its heap, which makes the allocations of a small transfer slow.
constexpr long read_buffer_bytes = 64L * 1024;
constexpr long write_buffer_bytes = 16L * 1024;
constexpr long stream_buffer_bytes = 8L * 1024;  // there may be thousands of them, which rarely receive anything

long buffer_bytes(const Request& request) noexcept {
  if (request.body_sink != nullptr) return stream_buffer_bytes;
  return request.method == "GET" ? read_buffer_bytes : write_buffer_bytes;
}

bool is_retryable(CURLcode code) noexcept {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:  // also reported when the connection is cut during the handshake
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_AGAIN:
      return true;
    default:
      return false;
  }
}

std::string_view without_line_end(std::string_view line) noexcept {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

/// Adds headers to a list, in libcurl's syntax: one without a value requires a semicolon.
void append_headers(curl::HeaderLines& lines, const Headers& headers) {
  std::string line;
  for (const auto& [name, value] : headers) {
    line.assign(name).append(value.empty() ? ";" : ": ").append(value);
    append_line(lines, line);
  }
}

/// Linux starts a connection with a receive window of 64 KiB and widens it when the reader drains more than that in a
/// round trip, which may never happen on a fast network. Setting SO_RCVLOWAT widens it at once, but must then be reset,
/// or short answers would wait for more data. Set before the connection is established, it would also act as an upper
/// bound.
void widen_receive_window(CURL* handle) noexcept {
  curl_socket_t socket = CURL_SOCKET_BAD;
  if (curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK || socket == CURL_SOCKET_BAD) return;
  for (const int mark : {receive_window_bytes, 1}) {
    if (::setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof mark) != 0) return;
  }
}

/// libcurl's own sockets would be inherited by every program that this process starts, and one with the number of
/// standard output would get what the program prints.
curl_socket_t open_socket(void* error, curlsocktype /*purpose*/, curl_sockaddr* address) noexcept {
  const int socket =
      detail::above_standard_streams(::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol));
  if (socket < 0) *static_cast<int*>(error) = errno;
  return socket;
}

/// Whether the server's certificate, seen in the handshake of this transfer, names its hosts only by its common name.
/// libcurl would take that where there are no alternative names; Go, and so kubectl, does not. Needs CURLOPT_CERTINFO.
bool lacks_alternative_name(CURL* handle) noexcept {
  constexpr std::string_view extension = "X509v3 Subject Alternative Name:";
  const curl_tlssessioninfo* session = nullptr;
  curl_easy_getinfo(handle, CURLINFO_TLS_SSL_PTR, &session);
  // Other backends do not list extensions by this name.
  if (session == nullptr || session->backend != CURLSSLBACKEND_OPENSSL) return false;
  const curl_certinfo* chain = nullptr;
  curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain);
  if (chain == nullptr || chain->num_of_certs == 0) return false;  // plain http, or a connection of an earlier transfer
  for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
    if (std::string_view(line->data).substr(0, extension.size()) == extension) return false;
  }
  return true;
}

/// libcurl would block on a pipe without a writer. The path was a regular file when the client was constructed.
void refuse_pipe(const std::string& ca_file) {
  struct stat info {};
  if (::stat(ca_file.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    throw TlsError("ca_file " + ca_file + " is no longer a regular file");
  }
}

/// libcurl then quotes the proxy's URL, including the password.
bool quotes_proxy(std::string_view text) noexcept { return text.find("Unsupported proxy") != std::string_view::npos; }

/// libcurl quotes untrusted text, such as the names in a certificate.
std::string printable(std::string_view text) {
  std::string shown(text);
  const auto is_printable = [](unsigned char c) { return c >= 0x20 && c < 0x7f; };
  std::replace_if(
      shown.begin(), shown.end(), [&](char c) { return !is_printable(static_cast<unsigned char>(c)); }, '?');
  return shown;
}

long sent_bytes(CURL* handle) noexcept {
  long sent = 0;
  curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &sent);
  return sent;
}

/// libcurl's blobs are not const; NOCOPY means that it only reads.
curl_blob blob_of(const std::string& text) noexcept {
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
}

}  // namespace

void Transfer::prepare(CURL* handle, const Request& request, const AuthInfo& identity, const WaitLimits& limits,
                       bool is_repeated) {
  handle_ = handle;
  request_ = &request;
  identity_ = &identity;
  watcher_ = request.body_watcher;
  sink_ = request.body_sink;
  lines_.reset();
  response_.status = 0;
  response_.headers.clear();
  response_.body = memory::PaddedBuffer();
  header_bytes_ = 0;
  sendings_ = 0;
  excess_ = Excess::none;
  out_of_memory_ = false;
  is_without_name_ = false;
  is_lost_ = false;
  error_text_.front() = '\0';

  curl_easy_reset(handle);
  prepare_limits(handle, limits);
  prepare_address(handle, request.url);
  prepare_connection(handle);
  prepare_name_lookup(handle, is_repeated);
  prepare_proxy(handle);
  prepare_tls(handle);
  prepare_certificate(handle, identity);
  prepare_message(handle, request, identity);
}

void Transfer::prepare_limits(CURL* handle, const WaitLimits& limits) {
  const TimePoint now = options_.clock.now();
  // Plus one, since libcurl may round milliseconds down: a transfer that it ended before the deadline would leave its
  // caller time for another attempt. It also treats 0 as "no limit".
  const auto limit = std::clamp<Milliseconds::rep>(until(limits.deadline, now).count(), 0, 1L << 30) + 1;
  set_option(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit));
  // Of two timers of a transfer that end within the same millisecond, libcurl forgets the second one: 0 sets none.
  constexpr Milliseconds::rep apart = 10;
  const auto connect_timeout = std::clamp<Milliseconds::rep>(options_.connect_timeout.count(), 1, 1L << 30);
  set_option(handle, CURLOPT_CONNECTTIMEOUT_MS,
             connect_timeout + apart <= limit ? static_cast<long>(connect_timeout) : 0L);

  limits_ = &limits;
  connect_deadline_ = deadline_after(now, Milliseconds{connect_timeout});
  if (options_.proxy.empty()) return;
  // libcurl reads a proxy's answer to CONNECT to its end, and checks no timeout as long as data arrives.
  set_option(handle, CURLOPT_NOPROGRESS, 0L);
  set_option(handle, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  set_option(handle, CURLOPT_XFERINFODATA, static_cast<void*>(this));
}

// libcurl verifies the certificate against the URL's host. To expect another name, the URL names that one, and
// CURLOPT_CONNECT_TO and the Host header restore the real target.
void Transfer::prepare_address(CURL* handle, const std::string& url) {
  const TlsName& name = options_.tls_name;
  if (name.origin.empty() || url.compare(0, name.origin.size(), name.origin) != 0) {
    set_option(handle, CURLOPT_URL, url.c_str());
    return;
  }
  set_option(handle, CURLOPT_URL, (name.named_origin + url.substr(name.origin.size())).c_str());
  append_line(lines_, "Host: " + name.host);
  addresses_.reset();
  append_line(addresses_, name.connect_to);
  set_option(handle, CURLOPT_CONNECT_TO, addresses_.get());
}

// Both are set even if empty: otherwise libcurl would read them from the environment and interpret them differently.
void Transfer::prepare_proxy(CURL* handle) const {
  set_option(handle, CURLOPT_PROXY, options_.proxy.c_str());
  set_option(handle, CURLOPT_NOPROXY, "");
}

void Transfer::prepare_connection(CURL* handle) {
  set_option(handle, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
  set_option(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  set_option(handle, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  set_option(handle, CURLOPT_FOLLOWLOCATION, 0L);
  // This library reads one large body at a time per connection, for which HTTP/1.1 takes less time and memory than
  // HTTP/2 streams.
  set_option(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set_option(handle, CURLOPT_PATH_AS_IS, 1L);
  const auto idle_seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.idle_limit).count();
  set_option(handle, CURLOPT_MAXAGE_CONN, static_cast<long>(std::max<Milliseconds::rep>(idle_seconds, 1)));
  set_option(handle, CURLOPT_TCP_KEEPALIVE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  set_option(handle, CURLOPT_QUICK_EXIT, 1L);  // a deadline need not wait for DNS resolution to finish
#endif
  set_option(handle, CURLOPT_BUFFERSIZE, buffer_bytes(*request_));
  // Over TLS, libcurl copies even a request without a body to this buffer, and keeps it until the response has ended.
  set_option(handle, CURLOPT_UPLOAD_BUFFERSIZE, write_buffer_bytes);
  set_option(handle, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  socket_error_ = 0;
  set_option(handle, CURLOPT_OPENSOCKETDATA, static_cast<void*>(&socket_error_));
  set_option(handle, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  set_option(handle, CURLOPT_PREREQDATA, static_cast<void*>(this));
}

// By default libcurl remembers an address for a minute, even one to which it could not connect: after a failover, that
// would be the old one. The connections that a batch opens at once still share a lookup.
void Transfer::prepare_name_lookup(CURL* handle, bool is_repeated) {
  constexpr long remembered_seconds = 5;
  set_option(handle, CURLOPT_DNS_CACHE_TIMEOUT, is_repeated ? 0L : remembered_seconds);
}

void Transfer::prepare_tls(CURL* handle) const {
  set_option(handle, CURLOPT_SSL_VERIFYPEER, options_.verify_tls ? 1L : 0L);
  set_option(handle, CURLOPT_SSL_VERIFYHOST, options_.verify_tls ? 2L : 0L);
  set_option(handle, CURLOPT_CERTINFO, options_.verify_tls ? 1L : 0L);  // for lacks_alternative_name()
  // The minimum; by default libcurl uses openssl.cnf. Also for an https proxy.
  set_option(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set_option(handle, CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (options_.ca_file.empty() && options_.ca_pem.empty()) return;
  // If libcurl was built with a CA directory, that would still be trusted in addition to the given CA.
  static_cast<void>(curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr));
  if (!options_.ca_file.empty()) {
    refuse_pipe(options_.ca_file);
    set_option(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
  }
  if (options_.ca_pem.empty()) return;
  curl_blob pem = blob_of(options_.ca_pem);
  if (curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &pem) != CURLE_OK) {
    throw TlsError("this libcurl cannot use ca_pem; use ca_file");
  }
}

void Transfer::prepare_certificate(CURL* handle, const AuthInfo& identity) const {
  if (identity.certificate_pem.empty()) return;
  curl_blob certificate = blob_of(identity.certificate_pem);
  curl_blob key = blob_of(identity.key_pem);
  if (curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate) != CURLE_OK ||
      curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key) != CURLE_OK) {
    throw TlsError("this libcurl cannot use client certificates from memory");
  }
}

void Transfer::prepare_message(CURL* handle, const Request& request, const AuthInfo& identity) {
  const bool has_body =
      !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (request.method == "HEAD") {
    set_option(handle, CURLOPT_NOBODY, 1L);
  } else if (has_body) {
    prepare_body(handle, request);
    set_option(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else if (request.method != "GET") {
    set_option(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  append_headers(lines_, request.headers);
  if (has_body && !find_header(request.headers, "Content-Type")) append_line(lines_, "Content-Type:");
  if (has_body) append_line(lines_, "Expect:");  // no round trip for 100-continue
  append_headers(lines_, identity.headers);
  set_option(handle, CURLOPT_HTTPHEADER, lines_.get());
  set_option(handle, CURLOPT_USERAGENT, options_.user_agent.c_str());
  // A stream is read as it arrives: data that is small on the wire must not expand in memory.
  if (options_.compression && request.body_sink == nullptr) set_option(handle, CURLOPT_ACCEPT_ENCODING, "gzip");

  set_option(handle, CURLOPT_ERRORBUFFER, error_text_.data());
  set_option(handle, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set_option(handle, CURLOPT_HEADERDATA, static_cast<void*>(this));
  set_option(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set_option(handle, CURLOPT_WRITEDATA, static_cast<void*>(this));
}

// A body that libcurl holds as a whole goes out with the headers, in one segment where it fits.
void Transfer::prepare_body(CURL* handle, const Request& request) {
  set_option(handle, CURLOPT_POST, 1L);
  set_option(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  set_option(handle, CURLOPT_POSTFIELDS, request.body.data());
}

int Transfer::on_progress(void* self, curl_off_t /*most_down*/, curl_off_t /*down*/, curl_off_t /*most_up*/,
                          curl_off_t /*up*/) noexcept {
  constexpr Milliseconds grace{50};  // gives libcurl's own timeout precedence
  const auto& transfer = *static_cast<const Transfer*>(self);
  if (transfer.limits_->stops.stop_requested()) return 1;
  const TimePoint deadline = std::min(transfer.limits_->deadline, transfer.connect_deadline_);
  return transfer.options_.clock.now() > deadline_after(deadline, grace) ? 1 : 0;
}

// Before each time that the request is sent. libcurl resends it by itself when a kept-alive connection turns out to be
// closed, which only an idempotent one can stand, or one of which nothing was sent before.
int Transfer::on_connected(void* self, char* /*remote_address*/, char* /*local_address*/, int /*remote_port*/,
                           int /*local_port*/) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.connect_deadline_ = TimePoint::max();
  transfer.is_without_name_ = transfer.options_.verify_tls && lacks_alternative_name(transfer.handle_);
  if (transfer.is_without_name_) return CURL_PREREQFUNC_ABORT;
  transfer.is_lost_ = transfer.sendings_ > 0 && !transfer.request_->idempotent && sent_bytes(transfer.handle_) > 0;
  if (transfer.is_lost_) return CURL_PREREQFUNC_ABORT;
  ++transfer.sendings_;
  widen_receive_window(transfer.handle_);
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.receive_header({data, size * count}) ? size * count : 0;
  } catch (const std::bad_alloc&) {
    transfer.out_of_memory_ = true;
    return 0;
  }
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.receive_body(data, size * count) ? size * count : 0;
  } catch (const std::bad_alloc&) {
    transfer.out_of_memory_ = true;
    return 0;
  }
}

bool Transfer::receive_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > max_header_bytes) {
    excess_ = Excess::headers;
    return false;
  }
  line = without_line_end(line);
  if (line.substr(0, 5) == "HTTP/") {  // also after an interim response such as 100 Continue
    response_.headers.clear();
    response_.headers.reserve(usual_headers);
    return true;
  }
  if (line.empty() && sink_ != nullptr && is_success()) sink_->take_success(secrets());
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  response_.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  return true;
}

bool Transfer::is_success() const noexcept {
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  return status >= 200 && status < 300;
}

bool Transfer::receive_body(const char* data, std::size_t size) {
  if (sink_ != nullptr && is_success()) {
    if (sink_->receive({data, size})) return true;
    excess_ = Excess::body;
    return false;
  }
  if (size > options_.max_response_bytes || response_.body.size() > options_.max_response_bytes - size) {
    excess_ = Excess::body;
    return false;
  }
  if (response_.body.size() == 0) begin_body(size);
  append_body({data, size});
  return true;
}

void Transfer::append_body(std::string_view piece) {
  if (watcher_ == nullptr) {
    response_.body.append(piece.data(), piece.size());
    return;
  }
  constexpr std::size_t step = std::size_t{16} * 1024;  // the watcher then reads it from the L1 cache
  for (; !piece.empty(); piece.remove_prefix(std::min(step, piece.size()))) {
    response_.body.append(piece.data(), std::min(step, piece.size()));
    watcher_->receive(response_.body.view());
  }
}

void Transfer::begin_body(std::size_t first_piece) {
  curl_off_t length = -1;
  curl_easy_getinfo(handle_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  const bool is_plain = !find_header(response_.headers, "Content-Encoding");
  const std::size_t announced = length > 0 && is_plain ? static_cast<std::size_t>(length) : 0;
  const auto allowed =
      static_cast<std::size_t>(std::min<std::uint64_t>(options_.max_response_bytes, max_trusted_length));
  const std::size_t expected = std::min(announced, allowed);
  memory::BufferPool& buffers = *options_.buffers;
  response_.body = announced == 0 && first_piece > largest_small_piece ? buffers.take_any() : buffers.take(expected);
  response_.body.reserve(first_piece);

  if (!is_success()) watcher_ = nullptr;
  if (watcher_ != nullptr) watcher_->begin(announced == 0 ? response_.body.capacity() : expected);
}

Secrets Transfer::secrets() const {
  Secrets found;
  if (request_ != nullptr) add_request(found, request_->headers, request_->url, *identity_);
  add_proxy(found, options_.proxy);
  return found;
}

Response Transfer::take_response() {
  response_.body.shrink_to_fit();
  return std::move(response_);
}

std::string Transfer::reason(CURLcode code) const {
  switch (excess_) {
    case Excess::headers:
      return "the response's headers exceed " + std::to_string(max_header_bytes) + " bytes";
    case Excess::body:
      return "the response's body exceeds max_response_bytes (" + std::to_string(options_.max_response_bytes) + ")";
    case Excess::none:
      break;
  }
  const std::string_view text = error_text_.data();
  if (text.empty() || quotes_proxy(text)) return curl_easy_strerror(code);
  return printable(text);
}

// libcurl then reports an unresolvable name, a failed connection or a broken CA file.
bool Transfer::is_out_of_files(CURLcode code) const noexcept {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return detail::is_out_of_files(socket_error_);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_FAILED_INIT:
    case CURLE_SSL_CACERT_BADFILE:
      return detail::lacks_files();
    default:
      return false;
  }
}

// The handle outlives this transfer. The next one resets it; until then libcurl reads none of what it points to, but
// might write an error.
void Transfer::release() noexcept {
  static_cast<void>(curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, nullptr));
  static_cast<void>(curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, nullptr));
}

void Transfer::abandon() noexcept {
  release();
  received_bytes_ = response_.body.size();
  response_ = {};
}

std::shared_ptr<const Error> Transfer::finish(CURLcode code, const std::string& what) {
  long status = 0;
  long verification = 0;
  curl_off_t connected_after = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle_, CURLINFO_PRETRANSFER_TIME_T, &connected_after);
  curl_easy_getinfo(handle_, CURLINFO_SSL_VERIFYRESULT, &verification);
  release();
  received_bytes_ = response_.body.size();
  if (code == CURLE_OK) {
    response_.status = static_cast<int>(status);
    conceal(response_.headers, *identity_);
    return nullptr;
  }
  response_ = {};  // otherwise partial data would be kept while the next attempt waits
  if (out_of_memory_) throw std::bad_alloc();
  if (is_out_of_files(code)) return std::make_shared<TransportError>(what + ": " + detail::out_of_files_text(), true);
  if (is_without_name_) {
    return std::make_shared<HostnameMismatch>(
        what +
        ": the server's certificate has no subject alternative name, and its common name does not count: issue one "
        "that has the host's name");
  }
  if (is_lost_) {
    return std::make_shared<TransportError>(
        what + ": the connection broke before an answer arrived; the request may have been carried out", true);
  }
  const std::string message = what + ": " + secrets().blotted(reason(code));
  if (code == CURLE_OPERATION_TIMEDOUT) {
    const bool is_on_the_way = !options_.proxy.empty() && connected_after == 0;
    return std::make_shared<TimeoutError>(message + (is_on_the_way ? " (connecting through a proxy)" : ""));
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return std::make_shared<TimeoutError>(what + ": the proxy did not finish its answer before the deadline");
  }
  const bool retryable = excess_ == Excess::none && is_retryable(code);
  if (auto tls = tls_error({code, verification, error_text_.data()}, message, retryable)) return tls;
  return std::make_shared<TransportError>(message, retryable);
}

}  // namespace kplane::http
