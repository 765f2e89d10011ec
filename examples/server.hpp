// The server that an example runs against. Shared by the examples.
#pragma once

#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include <kplane/client.hpp>
#include <kplane/testing/local_server.hpp>

namespace examples {

/// The server in KPLANE_HOST, with KPLANE_TOKEN and its siblings; if unset, an in-memory one that lives as long as this
/// object.
class Server {
 public:
  /// @param options of the in-memory server
  explicit Server(kplane::testing::LocalServerOptions options = {})
      : local_(is_named_by_environment() ? nullptr
                                         : std::make_unique<kplane::testing::LocalServer>(std::move(options))) {}

  [[nodiscard]] const kplane::Client& client() const noexcept { return client_; }

 private:
  static bool is_named_by_environment() {
    const char* host = std::getenv("KPLANE_HOST");
    return host != nullptr && !std::string_view(host).empty();
  }

  // Constructed before the client, and outlives it.
  std::unique_ptr<kplane::testing::LocalServer> local_;
  kplane::Client client_ = local_ ? local_->client() : kplane::Client::from_env();
};

}  // namespace examples
