// The files are checked before each request, and read again only when they have changed.
#include "auth/credentials.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <utility>

#include <kplane/error.hpp>

#include "auth/pem.hpp"
#include "base/base64.hpp"
#include "base/file.hpp"

namespace kplane::auth {

namespace {

constexpr std::size_t max_token_bytes = std::size_t{64} * 1024;
constexpr std::size_t max_pem_bytes = std::size_t{1024} * 1024;

/// The name of the option or file, for errors.
std::string name_of(const Given& given) { return given.file.empty() ? given.origin : given.origin + ' ' + given.file; }

std::string text_of(const Given& given, std::size_t most_bytes) {
  return given.file.empty() ? given.text : detail::read_file(given.file, most_bytes, name_of(given));
}

/// @throws ConfigError, which never quotes the token
std::string read_token(const Given& given) {
  std::string token = text_of(given, max_token_bytes);
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  token.erase(std::find_if_not(token.rbegin(), token.rend(), blank).base(), token.end());
  token.erase(token.begin(), std::find_if_not(token.begin(), token.end(), blank));
  if (token.empty()) throw ConfigError(name_of(given) + " is empty");
  const auto printable = [](unsigned char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(token.begin(), token.end(), printable)) {
    throw ConfigError(name_of(given) + " contains a character that is not valid in an HTTP header");
  }
  return token;
}

http::AuthInfo read_object_header(const CredentialSources& sources) {
  http::AuthInfo identity;
  if (!sources.token.is_empty()) {
    identity.headers.emplace_back("Authorization", "Bearer " + read_token(sources.token));
  } else if (!sources.username.empty()) {
    identity.headers.emplace_back("Authorization",
                                  "Basic " + detail::encode_base64(sources.username + ':' + sources.password));
  }
  identity.headers.insert(identity.headers.end(), sources.headers.begin(), sources.headers.end());
  if (sources.certificate.is_empty()) return identity;
  identity.certificate_pem = text_of(sources.certificate, max_pem_bytes);
  identity.key_pem = text_of(sources.key, max_pem_bytes);
  check_key_pair(identity.certificate_pem, name_of(sources.certificate), identity.key_pem, name_of(sources.key));
  return identity;
}

class GivenCredentials final : public http::Credentials {
 public:
  explicit GivenCredentials(CredentialSources sources)
      : sources_(std::move(sources)),
        has_files_(!sources_.token.file.empty() || !sources_.certificate.file.empty() || !sources_.key.file.empty()),
        stamps_(look()),
        identity_(std::make_shared<const http::AuthInfo>(read_object_header(sources_))) {}

  http::AuthInfoPtr current(const http::WaitLimits& /*limits*/) override {
    if (!has_files_) return identity_;
    const Stamps stamps = look();
    const std::lock_guard lock(mutex_);
    if (stamps != stamps_) read_again(stamps);
    return identity_;
  }

  bool renew(const http::AuthInfoPtr& used) override {
    if (!has_files_) return false;
    const Stamps stamps = look();
    const std::lock_guard lock(mutex_);
    read_again(stamps);
    return identity_ != used;
  }

 private:
  using Stamps = std::array<std::optional<detail::FileStamp>, 3>;

  [[nodiscard]] Stamps look() const {
    Stamps stamps;
    if (!has_files_) return stamps;
    const std::array<const Given*, 3> given = {&sources_.token, &sources_.certificate, &sources_.key};
    std::transform(given.begin(), given.end(), stamps.begin(),
                   [](const Given* one) { return one->file.empty() ? std::nullopt : detail::stamp_of(one->file); });
    return stamps;
  }

  // While files are being rotated, one that is briefly empty or missing, or a certificate whose new key is not there
  // yet, leaves the last valid credentials in use.
  void read_again(const Stamps& stamps) {
    try {
      http::AuthInfo identity = read_object_header(sources_);
      if (!(identity == *identity_)) identity_ = std::make_shared<const http::AuthInfo>(std::move(identity));
      stamps_ = stamps;
    } catch (const ConfigError&) {
      stamps_ = {};
    }
  }

  const CredentialSources sources_;
  const bool has_files_;
  std::mutex mutex_;
  Stamps stamps_;
  http::AuthInfoPtr identity_;
};

void check_given_once(const Given& given, const char* text_name, const char* file_name) {
  if (given.text.empty() || given.file.empty()) return;
  throw ConfigError(std::string(text_name) + " and " + file_name + " are both set; set only one");
}

Given given(const std::string& text, const std::string& file, const char* text_name, const char* file_name) {
  Given given{text, file, file.empty() ? text_name : file_name};
  check_given_once(given, text_name, file_name);
  return given;
}

}  // namespace

std::shared_ptr<http::Credentials> make_credentials(CredentialSources sources) {
  if (sources.certificate.is_empty() != sources.key.is_empty()) {
    const Given& alone = sources.key.is_empty() ? sources.certificate : sources.key;
    throw ConfigError(alone.origin + (sources.key.is_empty() ? " is given without its private key"
                                                             : " is given without its certificate"));
  }
  const bool is_nobody =
      sources.token.is_empty() && sources.username.empty() && sources.certificate.is_empty() && sources.headers.empty();
  if (is_nobody) return nullptr;
  return std::make_shared<GivenCredentials>(std::move(sources));
}

CredentialSources sources_of(const ClientOptions& options) {
  CredentialSources sources;
  sources.token = given(options.token, options.token_file, "token", "token_file");
  sources.certificate = given(options.client_certificate_pem, options.client_certificate_file, "client_certificate_pem",
                              "client_certificate_file");
  sources.key = given(options.client_key_pem, options.client_key_file, "client_key_pem", "client_key_file");
  return sources;
}

CredentialSources sources_of(const PlaneOptions& options) {
  CredentialSources sources;
  sources.token = given(options.token, options.token_file, "token", "token_file");
  return sources;
}

}  // namespace kplane::auth
