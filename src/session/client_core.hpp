// The state shared by a Client and all handles obtained from it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/client_options.hpp>

#include "http/transport.hpp"
#include "http/url.hpp"
#include "session/discovery_cache.hpp"
#include "session/known_planes.hpp"
#include "session/server_facts.hpp"
#include "session/warm_memory.hpp"

namespace kplane::detail {

/// The two paths of the aggregate read; servers know one of them (contract §3).
enum class StatePath { state, snapshot };

/// A server's URL, and the plane that it named.
struct ServerAddress {
  http::BaseUrl base;
  std::string default_cluster;  ///< empty: none
};

/// Thread-safe.
class ClientCore {
 public:
  /// @param credentials override those in `options`; nullptr: use those
  /// @throws ConfigError
  ClientCore(std::string_view base_url, ClientOptions options,
             std::shared_ptr<http::Credentials> credentials = nullptr);

  /// The server's base URL, which is also that of the root plane.
  [[nodiscard]] const std::string& base_url() const noexcept { return server_.base.text; }
  /// The plane named by the base URL; empty: none.
  [[nodiscard]] const std::string& default_cluster() const noexcept { return server_.default_cluster; }
  [[nodiscard]] std::string cluster_base_url(std::string_view cluster) const;
  [[nodiscard]] const ClientOptions& options() const noexcept { return options_; }
  [[nodiscard]] const Clock& clock() const noexcept { return transport_.options().clock; }
  [[nodiscard]] http::Transport& transport() noexcept { return transport_; }
  [[nodiscard]] DiscoveryCache& discovery() noexcept { return discovery_; }
  /// The planes known to be bootstrapped.
  [[nodiscard]] KnownPlanes& bootstrapped() noexcept { return bootstrapped_; }
  /// Remembers whether the server's informers have been started.
  [[nodiscard]] WarmMemory& warm() noexcept { return warm_; }
  [[nodiscard]] ServerFacts& server_facts() noexcept { return server_facts_; }

  /// The client's own credentials; nullptr for none.
  [[nodiscard]] const std::shared_ptr<http::Credentials>& credentials() const noexcept { return credentials_; }
  /// A plane's credentials: its own, or else the client's. @throws ConfigError
  [[nodiscard]] std::shared_ptr<http::Credentials> credentials_for(const PlaneOptions& options) const;
  /// A plane's default namespace. @throws ConfigError when it is not a valid namespace name
  [[nodiscard]] std::string namespace_for(const PlaneOptions& options) const;

  /// The tokens that can stop a call with this token.
  [[nodiscard]] StopTokens stops(const StopToken& call = {}) const { return StopTokens(call, options_.stop); }

  /// The deadline of a call that starts now. @param timeout the call's own; none: ClientOptions::request_timeout
  [[nodiscard]] TimePoint deadline(const std::optional<Milliseconds>& timeout = {}) const {
    return deadline_after(clock().now(), timeout.value_or(options_.request_timeout));
  }

  /// A request with this client's common settings, for a call that starts now.
  [[nodiscard]] http::Request make_request(std::string method, std::string url) const;

  /// The path of the aggregate read to try first, as learned from this server.
  [[nodiscard]] StatePath state_path() const noexcept { return state_path_.load(std::memory_order_relaxed); }
  void remember_state_path(StatePath path) noexcept { state_path_.store(path, std::memory_order_relaxed); }

 private:
  /// @throws ConfigError when credentials would be sent over the network unencrypted
  void check_channel(bool has_credentials) const;

  ClientOptions options_;
  ServerAddress server_;
  std::shared_ptr<http::Credentials> credentials_;
  http::Transport transport_;
  DiscoveryCache discovery_;
  KnownPlanes bootstrapped_;
  WarmMemory warm_;
  ServerFacts server_facts_;
  std::atomic<StatePath> state_path_{StatePath::state};
};

/// The destination of a Plane's requests.
struct PlaneEndpoint {
  std::shared_ptr<ClientCore> core;
  std::string cluster;
  std::string base_url;
  std::shared_ptr<http::Credentials> credentials;
  std::string ns = "default";                               ///< for objects that name none
  std::shared_ptr<http::OutcomeListener> write_listener{};  ///< notified of the plane's requests; nullptr: none
};

}  // namespace kplane::detail
