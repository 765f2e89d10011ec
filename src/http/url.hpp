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
  bool is_tls = false;  ///< https
  bool is_loopback =
      false;  ///< `localhost` and names below it, 127.0.0.0/8 or ::1: bytes to it do not leave this machine
};

/// @throws ConfigError unless `text` is http or https with a host, and has no query, fragment or user info.
[[nodiscard]] BaseUrl parse_base_url(std::string_view text);

/// Percent-encodes everything but RFC 3986's unreserved characters: for a path segment, a query name or a query value.
[[nodiscard]] std::string escape(std::string_view text);

/// `?a=b&c=d`, escaped; empty for no parameters.
[[nodiscard]] std::string query_string(const std::vector<std::pair<std::string, std::string>>& parameters);

/// @throws ConfigError unless `path` begins with a slash, has only characters of RFC 3986's path, and no dot segments,
/// by which
///   it would climb out of the place it is appended to.
void check_path(std::string_view path);

/// The URL with the values of query parameters that look like secrets blanked: for errors and observers.
[[nodiscard]] std::string without_secrets(std::string_view url);

}  // namespace kplane::http
