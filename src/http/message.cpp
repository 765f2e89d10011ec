#include "http/message.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <kplane/error.hpp>

#include "base/secrets.hpp"
#include "http/url.hpp"

namespace kplane::http {

namespace {

char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_token_char(char c) noexcept {
  constexpr std::string_view punctuation = "!#$%&'*+-.^_`|~";
  const char lower = to_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || punctuation.find(c) != std::string_view::npos;
}

}  // namespace

bool is_same_name(std::string_view a, std::string_view b) noexcept {
  const auto same = [](char x, char y) { return to_lower(x) == to_lower(y); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

Request with_body(Request request, std::string body, std::string content_type) {
  request.body = std::move(body);
  request.headers.emplace_back("Content-Type", std::move(content_type));
  return request;
}

std::string request_line(const Request& request) { return request.method + ' ' + without_secrets(request.url); }

// A method is a token and contains no space.
std::string_view method_of(std::string_view request_line) noexcept {
  return request_line.substr(0, request_line.find(' '));
}

std::string_view url_of(std::string_view request_line) noexcept {
  return request_line.substr(std::min(method_of(request_line).size() + 1, request_line.size()));
}

void conceal(Headers& headers, const AuthInfo& identity) noexcept {
  for (const auto& [name, value] : identity.headers) {
    if (!is_same_name(name, "Authorization")) continue;
    const std::string_view secret = std::string_view(value).substr(value.find(' ') + 1);  // RFC 9110 §11.4
    for (auto& header : headers) detail::blot_out(header.second.data(), header.second.size(), secret);
  }
}

std::optional<std::string_view> find_header(const Headers& headers, std::string_view name) noexcept {
  for (const auto& [key, value] : headers) {
    if (is_same_name(key, name)) return value;
  }
  return std::nullopt;
}

void check_header(std::string_view name, std::string_view value) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_char)) {
    throw ConfigError("a header name is empty or contains a character that HTTP does not allow");
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
  if (std::any_of(value.begin(), value.end(), is_control) || value.find('\x7f') != std::string_view::npos) {
    throw ConfigError("the value of header " + std::string(name) +
                      " contains a line break or another control character");
  }
}

bool is_idempotent(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 5> methods = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"};
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

}  // namespace kplane::http
