// How a Client connects, authenticates, retries and reports. Plain aggregates: use designated initialisers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <kplane/stop.hpp>

namespace kplane {

/// When and how often a request is tried again.
///
/// Idempotent requests are, after a failure that may be temporary: a transport error, 429, 502, 503, 504, or any 5xx
/// with `Retry-After`. All others, such as a create, are retried only after a 429, which says that nothing was done.
/// The wait before attempt n+1 is `initial_backoff * 2^(n-1)` with jitter, at most `max_backoff`, and never less than
/// what the server's `Retry-After` asks for. A wait that would pass the request's deadline is not begun: the error is
/// thrown.
struct RetryOptions {
  int max_attempts = 4;  ///< the first one included, and those that were answered with 429; 1 switches retries off
  std::chrono::milliseconds initial_backoff{100};  ///< before the second attempt, without jitter
  std::chrono::milliseconds max_backoff{5'000};    ///< the longest wait that is not asked for by `Retry-After`
};

/// What happened in one attempt at a request. Holds no credential and no body.
struct RequestEvent {
  std::string method;                     ///< HTTP method
  std::string url;                        ///< values of query parameters that look like secrets are removed
  int status = 0;                         ///< HTTP status; 0 when no response arrived
  std::uint64_t bytes = 0;                ///< of the response body, after decompression
  std::chrono::microseconds duration{0};  ///< of this attempt alone
  int attempt = 1;                        ///< 1 for the first
  std::string error;                      ///< why no response arrived; empty otherwise
  std::vector<std::string> warnings;      ///< the texts of `Warning` headers (contract §7), and what this library
                                          ///< warns of itself, such as of a Fleet that is too large; meant for people
};

/// Called after each attempt on the thread that makes the call, possibly on several threads at once. What it throws is
/// ignored. The call still holds its connection meanwhile: be quick, and do not call the same Client.
using Observer = std::function<void(const RequestEvent&)>;

/// How a Client connects. Checked by the Client's constructor, which throws ConfigError.
struct ClientOptions {
  std::string token{};  ///< bearer token; empty: none
  std::string
      token_file{};  ///< a file that holds the token; read again when it changes, and once on a 401. Excludes `token`
  bool verify_tls =
      true;  ///< false accepts any certificate: whoever sits on the path can read the token. For tests only
  std::string ca_file{};          ///< PEM file of the CAs to trust instead of the system's
  std::string ca_pem{};           ///< the same as text. Excludes `ca_file`
  std::string tls_server_name{};  ///< the host that the server's certificate must name, where that is not the base
                                  ///< URL's
  /// The client certificate with its chain, PEM, and its private key, PEM without a passphrase. Files are read again
  /// when they change. Only over https; a plane with a token of its own does not present it.
  std::string client_certificate_file{};
  std::string client_certificate_pem{};  ///< the same as text. Excludes `client_certificate_file`
  std::string client_key_file{};         ///< the private key; see client_certificate_file
  std::string client_key_pem{};          ///< the same as text. Excludes `client_key_file`
  /// `http://`, `https://` or `socks5://`, with user and password if it needs them; used for every host, loopback
  /// too, whatever `NO_PROXY` says. Without a port it is 80, 443 or 1080. One with https:// is verified by the system's
  /// CAs. Empty: as the environment says when the Client is made, by the rules of Go and so of kubectl: `HTTPS_PROXY`
  /// or `HTTP_PROXY`, where the scheme `http://` may be left out, and `NO_PROXY`, whose hosts may have a port, be
  /// `*.domain` or a CIDR range; each in lower case where that is not set. Beyond Go, `ALL_PROXY` serves where the
  /// scheme's own is not set. They never apply to loopback. One that is needed but cannot be parsed is a ConfigError
  std::string proxy{};
  bool use_environment_proxy = true;                 ///< false: no proxy but `proxy`
  std::string user_agent{};                          ///< empty: `kplane-cpp/VERSION`
  std::chrono::milliseconds connect_timeout{5'000};  ///< for TCP and TLS, per attempt
  std::chrono::milliseconds request_timeout{
      30'000};                       ///< for the whole call: waiting for a connection, all attempts and back-off
  std::size_t max_connections = 16;  ///< connections that single calls may use at once; also caps a batch's concurrency
  RetryOptions retry{};              ///< when failed attempts are repeated
  std::uint64_t max_response_bytes = std::uint64_t{1}
                                     << 30;  ///< a larger body is cut off while it streams in (after decompression)
  bool compression = true;                   ///< offer gzip to the server
  Observer observer{};                       ///< called after each attempt
  StopToken stop{};                  ///< ends every blocking call of the Client and of all handles that came from it
  bool allow_insecure_auth = false;  ///< send a token over plain http to a host that is not loopback
  std::string ns{};  ///< the planes' default namespace, see Plane::default_namespace(); empty: `default`
};

/// What one plane needs that differs from its Client. Authentication is per plane (contract §2).
struct PlaneOptions {
  std::string token{};       ///< instead of the Client's credentials; empty: the Client's
  std::string token_file{};  ///< as in ClientOptions
  std::string ns{};          ///< the plane's default namespace; empty: the Client's
};

}  // namespace kplane
