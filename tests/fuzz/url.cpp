// Fuzz target: base URLs, paths, escaping, and the blanking of secrets. libcurl, which gets them, says what they are.
#include "http/url.hpp"

#include <string>

#include <kplane/error.hpp>

#include "curl/handles.hpp"
#include "target.hpp"

namespace kplane::fuzz::url_target {
namespace {

/// A part of a URL as libcurl takes it for a transfer.
std::string part_of(const std::string& url, CURLUPart part) {
  const kplane::curl::UrlHandle parsed(curl_url());
  require(curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_PATH_AS_IS) == CURLUE_OK, "libcurl takes it");
  char* text = nullptr;
  if (curl_url_get(parsed.get(), part, &text, 0) != CURLUE_OK) return {};
  return kplane::curl::CurlText(text).get();
}

void check_base_url(std::string_view text) {
  try {
    const kplane::http::BaseUrl url = kplane::http::parse_base_url(text);
    constexpr std::size_t after_scheme = std::string_view("https://").size();
    const std::string authority = url.text.substr(0, url.text.find('/', after_scheme));
    require(authority.find('@') == std::string::npos, "a base URL has no user info");
    require(url.text.find_first_of("?# \\") == std::string::npos, "a base URL has no query or fragment");
    require(url.text.rfind(url.is_tls ? "https://" : "http://", 0) == 0, "a base URL is http or https");
    require(url.text.back() != '/', "a base URL has no trailing slash");
    const kplane::http::BaseUrl again = kplane::http::parse_base_url(url.text);
    require(again.text == url.text && again.is_tls == url.is_tls && again.is_loopback == url.is_loopback,
            "a checked base URL stays as it is");
    const std::string request = url.text + "/clusters/a";
    require(part_of(request, CURLUPART_HOST) == url.host && part_of(request, CURLUPART_PORT) == url.port,
            "a request goes to the host that was checked");
  } catch (const kplane::ConfigError&) {  // none
  }
}

void check_path(std::string_view text) {
  try {
    kplane::http::check_path(text);
    require(text.find("/../") == std::string_view::npos, "a path does not climb");
    require(text.find_first_of(std::string_view("\0\r\n ?#", 6)) == std::string_view::npos, "a path is only a path");
    const std::string url = "http://host" + std::string(text);
    require(part_of(url, CURLUPART_PATH) == text && part_of(url, CURLUPART_HOST) == "host",
            "libcurl asks for the path that was checked");
  } catch (const kplane::ConfigError&) {  // none
  }
}

void run(std::string_view text) {
  check_base_url(text);
  check_path(text);
  const std::string escaped = kplane::http::escape(text);
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%";
  require(escaped.find_first_not_of(plain) == std::string::npos, "escaped text is safe in any part of a URL");
  require(kplane::http::percent_decoded(escaped) == text, "and is what it was when it is decoded");
  const std::string secret = "http://h/p?access_token=" + escaped + "&q=1";
  require(kplane::http::without_secrets(secret) == "http://h/p?access_token=REDACTED&q=1", "a token is blanked");
  static_cast<void>(kplane::http::without_secrets(text));
}

const Registration registration("url", run);

}  // namespace
}  // namespace kplane::fuzz::url_target
