// Classifies TLS failures by what libcurl and OpenSSL report.
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
  std::string_view text;  ///< the content of CURLOPT_ERRORBUFFER
};

/// @return nullptr when it is not a TLS failure
[[nodiscard]] std::shared_ptr<const Error> tls_error(const TlsFailure& failure, const std::string& message,
                                                     bool retryable);

}  // namespace kplane::http
