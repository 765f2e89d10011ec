// URLs: checking a base URL, escaping what is put into one, blanking what must not be shown.
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
      false;  ///< `localhost` and names below it, 127.0.0.0/8 or ::1: bytes to it do not leave this machine
};

/// @throws ConfigError unless `text` is http or https with a host, and has no query, fragment or user info.
[[nodiscard]] BaseUrl parse_base_url(std::string_view text);

/// How requests below one origin ask for the certificate of another host.
struct TlsName {
  std::string origin;        ///< `https://HOST[:PORT]`; empty: not asked for
  std::string named_origin;  ///< `https://NAME[:PORT]`
  std::string host;          ///< `HOST[:PORT]`
  std::string connect_to;    ///< `NAME:PORT:HOST:PORT`, as CURLOPT_CONNECT_TO takes it
};

/// @throws ConfigError when `base` is not https, or `name` is neither a host name nor an address
[[nodiscard]] TlsName make_tls_name(const BaseUrl& base, const std::string& name);

/// @throws ConfigError unless `text` is a proxy's URL: http, https, socks4, socks4a, socks5 or socks5h with a host.
/// Never quotes it: it may hold a password.
/// @return it as libcurl shall have it: names are resolved by the proxy
[[nodiscard]] std::string checked_proxy(const std::string& text);

/// Percent-encodes everything but RFC 3986's unreserved characters: for a path segment, a query name or a query value.
[[nodiscard]] std::string escape(std::string_view text);

/// Undoes percent-encoding; what is no escape is left as it is.
[[nodiscard]] std::string percent_decoded(std::string_view text);

/// `?a=b&c=d`, escaped; empty for no parameters.
[[nodiscard]] std::string query_string(const std::vector<std::pair<std::string, std::string>>& parameters);

/// @throws ConfigError unless `path` begins with a slash, has only characters of RFC 3986's path, and no dot segments,
/// by which
///   it would climb out of the place it is appended to.
void check_path(std::string_view path);

/// Whether a parameter, a header or a variable of this name holds what must not be shown.
[[nodiscard]] bool is_sensitive_name(std::string_view name);

/// The URL without its user info, and with the values of parameters that look like secrets blanked, in its query and
/// its fragment: for errors and observers.
[[nodiscard]] std::string without_secrets(std::string_view url);

}  // namespace kplane::http
