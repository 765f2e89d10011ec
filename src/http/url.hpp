// Checks base URLs, escapes URL parts, and redacts secrets in URLs.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kplane::http {

/// A checked base URL.
struct BaseUrl {
  std::string text;     ///< without a trailing slash
  std::string host;     ///< an IPv6 address in brackets
  std::string port;     ///< empty: that of the scheme
  bool is_tls = false;  ///< https
  bool is_loopback =
      false;  ///< `localhost` and its subdomains, 127.0.0.0/8 or ::1: traffic does not leave this machine
};

/// @throws ConfigError unless `text` is http or https with a host, and has no query, fragment or user info.
[[nodiscard]] BaseUrl parse_base_url(std::string_view text);

/// How requests to one origin expect the certificate of another host.
struct TlsName {
  std::string origin;        ///< `https://HOST[:PORT]`; empty: not used
  std::string named_origin;  ///< `https://NAME[:PORT]`
  std::string host;          ///< `HOST[:PORT]`
  std::string connect_to;    ///< `NAME:PORT:HOST:PORT`, as CURLOPT_CONNECT_TO takes it
};

/// @throws ConfigError when `base` is not https, or `name` is neither a host name nor an address
[[nodiscard]] TlsName make_tls_name(const BaseUrl& base, const std::string& name);

/// @throws ConfigError unless `text` is a proxy URL: http, https, socks4, socks4a, socks5 or socks5h with a host. Never
/// quotes it: it may contain a password.
/// @return the URL in the form for libcurl: names are resolved by the proxy, and the port is the scheme's default (80,
/// 443, 1080), where libcurl would use 1080 for http too
[[nodiscard]] std::string checked_proxy(const std::string& text);

/// Percent-encodes everything but RFC 3986's unreserved characters: for a path segment, a query name or a query value.
[[nodiscard]] std::string escape(std::string_view text);

/// Decodes percent-encoding; invalid escapes are left as they are.
[[nodiscard]] std::string percent_decoded(std::string_view text);

/// `?a=b&c=d`, escaped; empty for no parameters.
[[nodiscard]] std::string query_string(const std::vector<std::pair<std::string, std::string>>& parameters);

/// @throws ConfigError unless `path` begins with a slash and has only characters of RFC 3986's path and no dot
/// segments, which could escape the prefix it is appended to.
void check_path(std::string_view path);

/// Whether a parameter, header or variable of this name is likely to be secret.
[[nodiscard]] bool is_sensitive_name(std::string_view name);

/// The URL for errors and observers: without user info, and with the values of query and fragment parameters that look
/// like secrets redacted.
[[nodiscard]] std::string without_secrets(std::string_view url);

}  // namespace kplane::http
