// Fuzz target: base URLs, paths, escaping, and the blanking of secrets.
#include "http/url.hpp"

#include <kplane/error.hpp>

#include "target.hpp"

namespace {

void check_base_url(std::string_view text) {
  try {
    const kplane::http::BaseUrl url = kplane::http::parse_base_url(text);
    constexpr std::size_t after_scheme = std::string_view("https://").size();
    const std::string authority = url.text.substr(0, url.text.find('/', after_scheme));
    kplane::fuzz::require(authority.find('@') == std::string::npos, "a base URL has no user info");
    kplane::fuzz::require(url.text.find_first_of("?# \\") == std::string::npos, "a base URL has no query or fragment");
    kplane::fuzz::require(url.text.rfind(url.is_tls ? "https://" : "http://", 0) == 0, "a base URL is http or https");
    kplane::fuzz::require(url.text.back() != '/', "a base URL has no trailing slash");
    const kplane::http::BaseUrl again = kplane::http::parse_base_url(url.text);
    kplane::fuzz::require(again.text == url.text && again.is_tls == url.is_tls && again.is_loopback == url.is_loopback,
                          "a checked base URL stays as it is");
  } catch (const kplane::ConfigError&) {  // none
  }
}

void check_path(std::string_view text) {
  try {
    kplane::http::check_path(text);
    kplane::fuzz::require(text.find("/../") == std::string_view::npos, "a path does not climb");
    kplane::fuzz::require(text.find_first_of(std::string_view("\0\r\n ?#", 6)) == std::string_view::npos,
                          "a path is only a path");
  } catch (const kplane::ConfigError&) {  // none
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = kplane::fuzz::text_of(data, size);
  check_base_url(text);
  check_path(text);
  const std::string escaped = kplane::http::escape(text);
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%";
  kplane::fuzz::require(escaped.find_first_not_of(plain) == std::string::npos,
                        "escaped text is safe in any part of a URL");
  const std::string secret = "http://h/p?access_token=" + escaped + "&q=1";
  kplane::fuzz::require(kplane::http::without_secrets(secret) == "http://h/p?access_token=REDACTED&q=1",
                        "a token is blanked");
  static_cast<void>(kplane::http::without_secrets(text));
  return 0;
}
