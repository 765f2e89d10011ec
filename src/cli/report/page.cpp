#include "cli/report/page.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <stdexcept>

#include <openssl/evp.h>

#include "cli/report/assets.hpp"

namespace kplane::cli::reporting {

namespace {

/// As a Content-Security-Policy names the text of an element.
std::string hash_source(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available: OpenSSL's configuration forbids it");
  }
  std::array<unsigned char, std::size_t{2} * EVP_MAX_MD_SIZE> base64{};
  const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  return "'sha256-" + std::string(base64.begin(), base64.begin() + length) + "'";
}

/// Trusted types forbid the script to make markup of text.
std::string policy(std::string_view script, std::string_view style) {
  return "default-src 'none'; script-src " + hash_source(script) + "; style-src " + hash_source(style) +
         "; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
}

/// Replaces each `{{name}}` of the frame, and nothing in what takes its place.
std::string fill_in(std::string_view frame, const std::map<std::string_view, std::string_view>& values) {
  std::string filled;
  for (std::size_t at = 0; at < frame.size();) {
    const std::size_t open = frame.find("{{", at);
    filled += frame.substr(at, open - at);
    if (open == std::string_view::npos) break;
    const std::size_t close = frame.find("}}", open);
    filled += values.at(frame.substr(open + 2, close - open - 2));
    at = close + 2;
  }
  return filled;
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string page(const Report& report) {
  const std::string script = page_script();
  const std::string_view style = page_style();
  const std::string title = html_text(report.title);
  const std::string csp = html_text(policy(script, style));
  return fill_in(page_frame(),
                 {{"title", title}, {"policy", csp}, {"style", style}, {"script", script}, {"data", report.json}});
}

}  // namespace kplane::cli::reporting
