// The options common to all requests of a transport.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <kplane/client_options.hpp>

#include "base/clock.hpp"
#include "http/url.hpp"
#include "memory/buffer_pool.hpp"

namespace kplane::http {

using detail::Clock;
using detail::deadline_after;
using detail::until;

struct TransportOptions {
  bool verify_tls = true;
  std::string ca_file;
  std::string ca_pem;
  std::string user_agent;
  Milliseconds connect_timeout{5'000};
  std::size_t max_connections = 16;
  RetryOptions retry;
  std::uint64_t max_response_bytes = std::uint64_t{1} << 30;
  bool compression = true;
  std::string proxy;  ///< as checked_proxy(); empty: none
  TlsName tls_name;   ///< the name expected in the server's certificate, if not the URL's host
  Observer observer;
  StopToken stop;  ///< of all requests
  /// Connections idle for longer are not reused. Shorter than the limit of common servers and load balancers (60 s),
  /// because a request on a connection that the server is closing fails.
  Milliseconds idle_limit{30'000};
  Clock clock = Clock::system();
  std::shared_ptr<memory::BufferPool> buffers = std::make_shared<memory::BufferPool>();  ///< for response bodies
};

}  // namespace kplane::http
