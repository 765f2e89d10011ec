// What is behind a TLS failure, from what libcurl and OpenSSL say of it.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

#include <kplane/error.hpp>

namespace kplane::http {

struct TlsFailure {
  CURLcode code;
  long verification;      ///< CURLINFO_SSL_VERIFYRESULT
  std::string_view text;  ///< of CURLOPT_ERRORBUFFER
};

/// @return nullptr when the failure is not one of TLS
[[nodiscard]] std::shared_ptr<const Error> tls_error(const TlsFailure& failure, const std::string& message,
                                                     bool retryable);

}  // namespace kplane::http
