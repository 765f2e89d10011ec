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

/// When and how often a request is retried.
///
/// Idempotent requests are retried after a failure that may be temporary: a transport error, 429, 502, 503, 504, or any
/// 5xx with `Retry-After`. All others, such as a create, are retried only after a 429, which means that nothing was
/// done. The wait before attempt n+1 is `initial_backoff * 2^(n-1)` with jitter, at most `max_backoff`, but never less
/// than the server's `Retry-After`. If the wait would exceed the request's deadline, the error is thrown at once.
struct RetryOptions {
  int max_attempts = 4;  ///< including the first one and those answered with 429; 1 disables retries
  std::chrono::milliseconds initial_backoff{100};  ///< before the second attempt, without jitter
  std::chrono::milliseconds max_backoff{5'000};    ///< the longest wait, unless `Retry-After` is longer
};

/// What happened in one attempt at a request. Holds no credential and no body.
struct RequestEvent {
  std::string method;                     ///< HTTP method
  std::string url;                        ///< with the values of query parameters that look like secrets removed
  int status = 0;                         ///< HTTP status; 0 when no response arrived
  std::uint64_t bytes = 0;                ///< size of the response body after decompression
  std::chrono::microseconds duration{0};  ///< of this attempt alone
  int attempt = 1;                        ///< 1 for the first
  std::string error;                      ///< why no response arrived; empty otherwise
  std::vector<std::string> warnings;  ///< the texts of `Warning` headers (contract §7), and the library's own, such
                                      ///< as about a Fleet that is too large; for people
};

/// Called after each attempt on the thread that makes the call, possibly on several threads at once. Exceptions from it
/// are ignored. The call holds its connection meanwhile: return quickly, and do not call the same Client.
using Observer = std::function<void(const RequestEvent&)>;

/// How a Client connects. Checked by the Client's constructor, which throws ConfigError.
struct ClientOptions {
  std::string token{};       ///< bearer token; empty: none
  std::string token_file{};  ///< a file that contains the token; read again when it changes, and once after a 401.
                             ///< Excludes `token`
  bool verify_tls =
      true;  ///< false accepts any certificate: anyone on the network path can read the token. For tests only
  std::string ca_file{};          ///< PEM file of the CAs to trust instead of the system's
  std::string ca_pem{};           ///< the same as text. Excludes `ca_file`
  std::string tls_server_name{};  ///< the host name that the server's certificate must have, if not the base URL's
  /// The client certificate with its chain, PEM, and its private key, PEM without a passphrase. Files are read again
  /// when they change. Used only over https, and not by a plane with its own token.
  std::string client_certificate_file{};
  std::string client_certificate_pem{};  ///< the same as text. Excludes `client_certificate_file`
  std::string client_key_file{};         ///< the private key; see client_certificate_file
  std::string client_key_pem{};          ///< the same as text. Excludes `client_key_file`
  /// `http://`, `https://` or `socks5://`, with user and password if needed; used for every host, including loopback,
  /// whatever `NO_PROXY` says. The default port is 80, 443 or 1080. An https:// proxy is verified against the system's
  /// CAs. Empty: from the environment when the Client is constructed, by the rules of Go and kubectl: `HTTPS_PROXY` or
  /// `HTTP_PROXY`, in which the scheme `http://` may be omitted, and `NO_PROXY`, whose entries may be hosts with or
  /// without a port, `*.domain` or CIDR ranges; the lower-case names are used where these are not set. Unlike Go,
  /// `ALL_PROXY` is used where the scheme's variable is not set. The environment never applies to loopback. A proxy
  /// that is needed but cannot be parsed is a ConfigError
  std::string proxy{};
  bool use_environment_proxy = true;                 ///< false: ignore the environment
  std::string user_agent{};                          ///< empty: `kplane-cpp/VERSION`
  std::chrono::milliseconds connect_timeout{5'000};  ///< for TCP and TLS, per attempt
  std::chrono::milliseconds request_timeout{
      30'000};  ///< for the whole call: waiting for a connection, all attempts and backoff
  std::size_t max_connections =
      16;                ///< connections that single calls may use at once; also caps BatchOptions::concurrency
  RetryOptions retry{};  ///< when failed attempts are repeated
  std::uint64_t max_response_bytes =
      std::uint64_t{1} << 30;  ///< after decompression; a larger body is aborted while it is received, with
                               ///< TransportError. Also of all pages of a list that is held as a whole
  /// Offer gzip to the server, which compresses lists of more than 128 kB. Pays over every network, and takes a
  /// fifth to a half more time on loopback: see the page on performance.
  bool compression = true;
  Observer observer{};               ///< called after each attempt
  StopToken stop{};                  ///< ends every blocking call of the Client and of all handles obtained from it
  bool allow_insecure_auth = false;  ///< allow sending a token over plain http to a host that is not loopback
  std::string ns{};  ///< the planes' default namespace, see Plane::default_namespace(); empty: `default`
};

/// Settings of one plane that differ from its Client's. Authentication is per plane (contract §2).
struct PlaneOptions {
  std::string token{};       ///< instead of the Client's credentials; empty: the Client's
  std::string token_file{};  ///< as in ClientOptions
  std::string ns{};          ///< the plane's default namespace; empty: the Client's
};

}  // namespace kplane
