// ClientCore: what a Client and all handles that came from it share.
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

/// Where a server is, and which of its planes the address named.
struct ServerAddress {
  http::BaseUrl base;
  std::string default_cluster;  ///< empty: none
};

/// Thread-safe.
class ClientCore {
 public:
  /// @param credentials instead of those in `options`; nullptr: those
  /// @throws ConfigError
  ClientCore(std::string_view base_url, ClientOptions options,
             std::shared_ptr<http::Credentials> credentials = nullptr);

  /// The server's address: the root plane lives right below it.
  [[nodiscard]] const std::string& base_url() const noexcept { return server_.base.text; }
  /// The plane that the address named; empty: none.
  [[nodiscard]] const std::string& default_cluster() const noexcept { return server_.default_cluster; }
  [[nodiscard]] std::string cluster_base_url(std::string_view cluster) const;
  [[nodiscard]] const ClientOptions& options() const noexcept { return options_; }
  [[nodiscard]] const Clock& clock() const noexcept { return transport_.options().clock; }
  [[nodiscard]] http::Transport& transport() noexcept { return transport_; }
  [[nodiscard]] DiscoveryCache& discovery() noexcept { return discovery_; }
  /// The planes that were seen bootstrapped.
  [[nodiscard]] KnownPlanes& bootstrapped() noexcept { return bootstrapped_; }
  /// Whether the server's informers have been started.
  [[nodiscard]] WarmMemory& warm() noexcept { return warm_; }
  [[nodiscard]] ServerFacts& server_facts() noexcept { return server_facts_; }

  /// The client's own credentials; nullptr for none.
  [[nodiscard]] const std::shared_ptr<http::Credentials>& credentials() const noexcept { return credentials_; }
  /// A plane's credentials: its own, or else the client's. @throws ConfigError
  [[nodiscard]] std::shared_ptr<http::Credentials> credentials_for(const PlaneOptions& options) const;
  /// A plane's default namespace. @throws ConfigError when it is not a namespace's name
  [[nodiscard]] std::string namespace_for(const PlaneOptions& options) const;

  /// What may stop a call that was given this token.
  [[nodiscard]] StopTokens stops(const StopToken& call = {}) const { return StopTokens(call, options_.stop); }

  /// Of a call that begins now. @param timeout the call's own; none: ClientOptions::request_timeout
  [[nodiscard]] TimePoint deadline(const std::optional<Milliseconds>& timeout = {}) const {
    return deadline_after(clock().now(), timeout.value_or(options_.request_timeout));
  }

  /// A request with what all of this client's requests have in common, for a call that begins now.
  [[nodiscard]] http::Request make_request(std::string method, std::string url) const;

  /// Which path of the aggregate read this server knows, as far as is known.
  [[nodiscard]] StatePath state_path() const noexcept { return state_path_.load(std::memory_order_relaxed); }
  void remember_state_path(StatePath path) noexcept { state_path_.store(path, std::memory_order_relaxed); }

 private:
  /// @throws ConfigError when credentials would cross the network unencrypted
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

/// Where a Plane's requests go.
struct PlaneEndpoint {
  std::shared_ptr<ClientCore> core;
  std::string cluster;
  std::string base_url;
  std::shared_ptr<http::Credentials> credentials;
  std::string ns = "default";                               ///< where objects go that name none
  std::shared_ptr<http::OutcomeListener> write_listener{};  ///< hears of the plane's requests; nullptr: nobody does
};

}  // namespace kplane::detail
