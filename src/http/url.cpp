// URLs are parsed and escaped by libcurl; additional checks are explained where they are.
#include "http/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <limits>
#include <new>

#include <kplane/error.hpp>

#include "curl/handles.hpp"

namespace kplane::http {

namespace {

/// A part of a parsed URL; empty when absent.
std::string url_part(const curl::UrlHandle& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
  return curl::CurlText(text).get();
}

/// Whether the URL has the part, even an empty one (`http://host?`).
bool has_part(const curl::UrlHandle& url, CURLUPart part) {
  char* text = nullptr;
  const bool found = curl_url_get(url.get(), part, &text, 0) == CURLUE_OK;
  const curl::CurlText owner(text);
  return found;
}

/// Whether the part's percent-escapes are valid and libcurl can decode them; libcurl would silently bypass a proxy
/// whose user info it cannot decode.
bool is_decodable(const curl::UrlHandle& url, CURLUPart part) {
  const std::string raw = url_part(url, part);
  for (std::size_t i = raw.find('%'); i != std::string::npos; i = raw.find('%', i + 1)) {
    constexpr const char* hex = "0123456789abcdefABCDEF";
    if (raw.find_first_not_of(hex, i + 1) < i + 3 || raw.size() < i + 3) return false;
  }
  char* text = nullptr;
  const CURLUcode code = curl_url_get(url.get(), part, &text, CURLU_URLDECODE);
  const curl::CurlText owner(text);
  return code == CURLUE_OK || code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD;
}

/// Only the scheme, user info, host and port.
std::string authority_of_proxy(const curl::UrlHandle& url, const std::string& scheme) {
  const auto set = [&](CURLUPart part, const char* value) {
    if (curl_url_set(url.get(), part, value, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OUT_OF_MEMORY) throw std::bad_alloc();
  };
  for (const CURLUPart part : {CURLUPART_PATH, CURLUPART_QUERY, CURLUPART_FRAGMENT}) set(part, nullptr);
  set(CURLUPART_SCHEME, scheme == "socks5" ? "socks5h" : scheme.c_str());
  const char* const own_port = scheme == "http" ? "80" : scheme == "https" ? "443" : "1080";
  if (!has_part(url, CURLUPART_PORT)) set(CURLUPART_PORT, own_port);
  std::string text = url_part(url, CURLUPART_URL);
  if (!text.empty() && text.back() == '/') text.pop_back();
  return text;
}

bool is_loopback(std::string host) {
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::string_view suffix = ".localhost";  // RFC 6761 §6.3; libcurl resolves these names itself
  if (host == suffix.substr(1)) return true;
  if (host.size() > suffix.size() && host.compare(host.size() - suffix.size(), suffix.size(), suffix) == 0) return true;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

[[noreturn]] void refuse_base_url(const std::string& why) { throw ConfigError("base URL " + why); }

/// Decodes percent-encoded dots and slashes, as servers do before they split a path.
std::string with_plain_dots_and_slashes(std::string_view path) {
  std::string plain;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string_view escape = path.substr(i, 3);
    const bool is_dot = escape == "%2e" || escape == "%2E";
    const bool is_slash = escape == "%2f" || escape == "%2F";
    plain += is_dot ? '.' : is_slash ? '/' : path[i];
    if (is_dot || is_slash) i += 2;
  }
  return plain;
}

/// @throws ConfigError when a segment is `.` or `..`
void check_segments(std::string_view path) {
  const std::string plain = with_plain_dots_and_slashes(path);
  for (std::size_t begin = 1; begin <= plain.size();) {
    const std::size_t end = std::min(plain.find('/', begin), plain.size());
    const std::string segment = plain.substr(begin, end - begin);
    if (segment == "." || segment == "..") throw ConfigError("a request's path must not contain dot segments");
    begin = end + 1;
  }
}

/// RFC 3986 §3.2.1.
std::string without_user_info(std::string_view url) {
  const std::size_t scheme = url.find("//");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t authority = scheme + 2;
  const std::size_t end = std::min(url.find_first_of("/#", authority), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < authority) return std::string(url);
  return std::string(url.substr(0, authority)).append(url.substr(at + 1));
}

}  // namespace

BaseUrl parse_base_url(std::string_view text) {
  if (text.empty()) refuse_base_url("is empty; expected something like https://127.0.0.1:6443");
  const auto is_forbidden = [](unsigned char c) { return c <= 0x20 || c == 0x7f || c == '\\'; };
  if (std::any_of(text.begin(), text.end(), is_forbidden))
    refuse_base_url("contains a space, a backslash or a control character");

  const curl::UrlHandle url(curl_url());
  if (!url) throw std::bad_alloc();
  const std::string owned(text);
  // libcurl would also accept a host without a scheme, or after three slashes.
  const std::size_t authority = owned.find("://");
  const bool names_host = authority != std::string::npos && owned.compare(authority, 4, ":///") != 0;
  constexpr unsigned int flags = CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS;
  if (!names_host || curl_url_set(url.get(), CURLUPART_URL, owned.c_str(), flags) != CURLUE_OK) {
    refuse_base_url("is not a URL; expected something like https://127.0.0.1:6443");
  }
  const std::string scheme = url_part(url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https")
    refuse_base_url("must begin with http:// or https://, not " + scheme + "://");
  if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD)) {
    refuse_base_url("must not contain user info; use ClientOptions::token");
  }
  // libcurl drops an empty query or fragment; both delimiters are invalid here even if nothing follows.
  if (owned.find('?') != std::string::npos) refuse_base_url("must not have a query");
  if (owned.find('#') != std::string::npos) refuse_base_url("must not have a fragment");

  const std::string host = url_part(url, CURLUPART_HOST);
  if (host.empty()) refuse_base_url("has no host");
  if (has_part(url, CURLUPART_ZONEID) || host.find('%') != std::string::npos) refuse_base_url("has a '%' in its host");
  const std::string port = url_part(url, CURLUPART_PORT);
  std::string path = url_part(url, CURLUPART_PATH);
  while (!path.empty() && path.back() == '/') path.pop_back();
  if (!path.empty()) check_path(path);
  return {scheme + "://" + host + (port.empty() ? "" : ":" + port) + path, host, port, scheme == "https",
          is_loopback(host)};
}

TlsName make_tls_name(const BaseUrl& base, const std::string& name) {
  if (!base.is_tls) throw ConfigError("tls_server_name needs a base URL with https://");
  const auto is_allowed = [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == ':');
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_allowed)) {
    throw ConfigError("tls_server_name is neither a host name nor an IP address");
  }
  in6_addr v6{};
  const bool is_v6 = inet_pton(AF_INET6, name.c_str(), &v6) == 1;
  if (!is_v6 && name.find(':') != std::string::npos) {
    throw ConfigError("tls_server_name must not include a port");
  }
  const std::string bracketed = is_v6 ? '[' + name + ']' : name;
  const std::string port = base.port.empty() ? std::string() : ':' + base.port;
  const std::string full_port = base.port.empty() ? ":443" : port;
  return {"https://" + base.host + port, "https://" + bracketed + port, base.host + port,
          bracketed + full_port + ':' + base.host + full_port};
}

std::string checked_proxy(const std::string& text) {
  const curl::UrlHandle url(curl_url());
  if (!url) throw std::bad_alloc();
  const bool has_control =
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
  const bool names_scheme = text.find("://") != std::string::npos;
  if (has_control || !names_scheme ||
      curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    throw ConfigError("the proxy is not a URL; expected something like http://127.0.0.1:3128");
  }
  constexpr std::array<std::string_view, 6> schemes = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
  const std::string scheme = url_part(url, CURLUPART_SCHEME);
  if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end()) {
    throw ConfigError("the proxy's scheme must be http, https or socks5");
  }
  if (url_part(url, CURLUPART_HOST).empty()) throw ConfigError("the proxy's URL has no host");
  if (!is_decodable(url, CURLUPART_USER) || !is_decodable(url, CURLUPART_PASSWORD)) {
    throw ConfigError("the proxy's URL has an invalid percent-escape, or one of a control character, in its user info");
  }
  return authority_of_proxy(url, scheme);
}

std::string escape(std::string_view text) {
  const auto is_unreserved = [](char c) {  // RFC 3986 §2.3
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
  };
  if (std::all_of(text.begin(), text.end(), is_unreserved)) return std::string(text);  // as nearly all are
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw ConfigError("a URL part is too long");
  const curl::CurlText escaped(curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())));
  if (!escaped) throw std::bad_alloc();
  return escaped.get();
}

std::string percent_decoded(std::string_view text) {
  const auto hex_value = [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 ? c - '0' : (c | 0x20) - 'a' + 10;
  };
  const auto is_hex = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
    plain += is_escape ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (is_escape) i += 2;
  }
  return plain;
}

std::string query_string(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    query += query.empty() ? '?' : '&';
    query += escape(name) + '=' + escape(value);
  }
  return query;
}

void check_path(std::string_view path) {
  if (path.empty() || path.front() != '/') throw ConfigError("a request's path must begin with a slash");
  if (path.find_first_of("?#") != std::string_view::npos) {
    throw ConfigError("a request's path must not contain a query or a fragment; use Request::query");
  }
  constexpr std::string_view punctuation = "-._~!$&'()*+,;=:@/%";  // RFC 3986 §3.3, and the percent sign
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) != 0 || punctuation.find(c) != std::string_view::npos)) continue;
    throw ConfigError("a request's path contains a character that must be percent-encoded");
  }
  check_segments(path);
}

bool is_sensitive_name(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::array<std::string_view, 14> marks = {"token",  "secret",  "pass",       "pwd",   "key",
                                                      "auth",   "sig",     "credential", "jwt",   "bearer",
                                                      "cookie", "session", "assertion",  "ticket"};
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return lower.find(mark) != std::string::npos; });
}

// It runs for each request: find_first_of() would call memchr() for each character.
std::string without_secrets(std::string_view url) {
  const auto begins_query = [](char c) { return c == '?' || c == '#'; };
  const auto separates = [](char c) { return c == '?' || c == '#' || c == '&' || c == ';'; };
  const auto find = [url](std::size_t from, auto is_sought) {
    const auto begin = url.begin() + static_cast<std::ptrdiff_t>(from);
    return static_cast<std::size_t>(std::find_if(begin, url.end(), is_sought) - url.begin());
  };
  const std::size_t first = find(0, begins_query);
  std::string shown = without_user_info(url.substr(0, first));
  shown.reserve(url.size());
  for (std::size_t begin = first; begin < url.size();) {
    const std::size_t end = find(begin + 1, separates);
    const std::string_view parameter = url.substr(begin + 1, end - begin - 1);
    const std::string_view name = parameter.substr(0, parameter.find('='));
    shown += url[begin];
    const bool is_secret = name.size() < parameter.size() && is_sensitive_name(percent_decoded(name));
    shown.append(is_secret ? name : parameter).append(is_secret ? "=REDACTED" : "");
    begin = end;
  }
  return shown;
}

}  // namespace kplane::http
