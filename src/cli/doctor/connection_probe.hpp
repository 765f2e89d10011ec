#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <kplane/stop.hpp>

#include "cli/doctor/certificate.hpp"

namespace kplane::cli {

enum class ProbeFailure { none, name, proxy_name, connect, proxy_refused, timeout, tls, other };

/// What a connection of our own met, which sends nothing and verifies nothing: the library verifies, and this shows
/// what there was to verify.
struct ConnectionProbe {
  ProbeFailure failure = ProbeFailure::none;
  std::string error{};  ///< what libcurl said; empty where it connected
  std::string ip{};
  long port = 0;
  std::chrono::milliseconds connected_after{0};
  std::chrono::milliseconds tls_after{0};
  std::vector<Certificate> chain{};  ///< as the server sent it, its own first
};

/// Connects, and closes the connection. @param proxy empty: none
[[nodiscard]] ConnectionProbe probe_connection(const std::string& url, const std::string& proxy,
                                               std::chrono::milliseconds timeout, const StopToken& stop);

}  // namespace kplane::cli
