// LocalServer: an in-memory kplane apiserver for demos and tests, served over real HTTP(S) from this process.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/client_options.hpp>
#include <kplane/export.hpp>

namespace kplane::testing {

/// Which of the two paths of the aggregate read the server knows (contract §3).
enum class StatePath {
  state,     ///< `…/state` only: today's servers
  snapshot,  ///< `…/snapshot` only: older servers
  both,      ///< both of them
};

/// The certificate that a LocalServer presents with `tls`. Its own CA issued each of them.
enum class ServerCertificate {
  valid,       ///< for 127.0.0.1, ::1 and localhost
  expired,     ///< the same, but it expired an hour ago
  wrong_host,  ///< for the DNS name `elsewhere.invalid` alone
};

/// How a LocalServer behaves. A plain aggregate; the defaults are those of a well-behaved server without delays.
struct LocalServerOptions {
  bool tls = false;  ///< HTTPS with a certificate of the server's own CA; see LocalServer::ca_pem()
  ServerCertificate certificate = ServerCertificate::valid;  ///< which one; needs `tls`
  /// The TLS handshake itself fails for a client without a valid certificate, as at proxies that demand mutual TLS;
  /// needs `tls`. False: a client authenticates with a certificate or with a token.
  bool require_client_certificate = false;
  std::uint16_t port = 0;  ///< 0: a free port
  std::string token{};     ///< the bearer token every plane accepts; empty: a random one, see LocalServer::token()
  std::string root_cluster = "root";        ///< the name of the root plane
  StatePath state_path = StatePath::state;  ///< where the aggregate read is served
  bool crd_served = true;                   ///< false: `fleets` answers a text 404 until serve_crd() (contract §5)
  std::chrono::milliseconds crd_delay{0};   ///< the Fleet CRD is served only this long after start
  /// A new plane gets its system objects only after this. It answers `/readyz` with 200, and is a Fleet's `Ready`
  /// member, before: that tells of the process (contract §10).
  std::chrono::milliseconds bootstrap_delay{0};
  std::chrono::milliseconds member_delay{0};  ///< a Fleet's members become `Ready` one after another, this far apart
  std::chrono::milliseconds probe_interval{30'000};  ///< how often the Fleet controller looks again on its own

  /// The ClusterRoles `view`, `edit` and `admin` of a new plane have rules, as where a controller fills them. False:
  /// they are aggregated and empty, as in kplane's planes (contract §9).
  bool aggregate_roles = false;
  /// Every stored object carries the label `multicluster.k8s.io/cluster: <plane ID>`, as in kplane's planes (contract
  /// §10). False: none does, as on an ordinary Kubernetes API server.
  bool cluster_label = true;
  bool internal_layout = false;  ///< `/state` serialises objects in Go's internal layout (contract §3)
  std::uint64_t seed = 1;        ///< of the arbitrary order of items in `/state`, and of faults left to chance
  /// How many changes each plane remembers. A watch, or a later page of a list, that needs an older one is `Expired`.
  std::size_t watch_history = 1000;
  /// How long a watch may be quiet before it gets a bookmark, if it asked for them.
  std::chrono::milliseconds watch_bookmark_interval{1'000};
  /// Plays the controller that empties and finalizes namespaces which are being deleted, and the kubelet that ends
  /// their pods. A plane has none (contract §9): there such a namespace stays, with all that is in it.
  bool finalize_namespaces = false;
};

/// Where a fault closes the connection, apart from Fault::cut_after.
enum class Cut {
  none,      ///< nowhere
  before,    ///< before the request is carried out: nothing happens, and nothing is answered
  after,     ///< after it was carried out: it has happened, and nothing is answered
  inside,    ///< after a part of the answer's body of random length
  anywhere,  ///< one of these three, drawn anew for each request
};

/// What a scripted fault does to the requests that it matches.
struct Fault {
  std::string method{};                ///< empty: any
  std::string path_contains{};         ///< a part of the decoded path without the query; empty: any path
  int times = 1;                       ///< how many requests it applies to; negative: all
  int every = 1;                       ///< applies to each n-th of the requests that match only
  double chance = 1.0;                 ///< of applying to one of those; drawn from LocalServerOptions::seed
  std::chrono::milliseconds delay{0};  ///< waits this long first (ends early when the server stops)
  std::optional<int> status{};         ///< answers this instead of the real answer, with `body`
  std::string body{};                  ///< the answer's body when `status` is set
  std::string content_type = "text/plain; charset=utf-8";  ///< of `body`
  std::multimap<std::string, std::string> headers{};       ///< further headers of the answer, such as Retry-After
  std::optional<std::size_t>
      cut_after{};      ///< sends this many bytes of the body, fewer than declared, and closes the connection
  Cut cut = Cut::none;  ///< closes the connection; `cut_after` has no meaning then
};

/// A certificate for a client to show, and its key; see LocalServer::issue_client_certificate().
struct ClientCertificate {
  std::string certificate_pem{};  ///< the certificate
  std::string key_pem{};          ///< PKCS#8, not encrypted
};

/// An in-memory kplane apiserver on the loopback interface: routing and lazy creation of planes, bearer tokens
/// and client certificates, TokenRequest, readiness, `/state`, the Fleet resource with its controller, OpenAPI, and
/// generic Kubernetes REST for the built-in types: with selectors, lists by pages, and watches. An open watch holds one
/// of at most 1,000 connections that are served at the same time.
///
/// Thread safety: every member may be called from any thread.
/// Cost: the constructor returns when the port answers; the destructor closes all connections and joins all threads.
class KPLANE_API LocalServer {
 public:
  /// @throws ConfigError when the options contradict each other; std::runtime_error when the port cannot be bound.
  explicit LocalServer(LocalServerOptions options = {});
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  /// `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`.
  [[nodiscard]] const std::string& base_url() const& noexcept;
  const std::string& base_url() const&& = delete;
  /// The port it listens on.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// The token that every plane accepts.
  [[nodiscard]] const std::string& token() const& noexcept;
  const std::string& token() const&& = delete;
  /// The certificate of the server's own CA, PEM; empty without TLS.
  [[nodiscard]] const std::string& ca_pem() const& noexcept;
  const std::string& ca_pem() const&& = delete;

  /// A certificate of the server's CA by which a client is known in every plane, as by token(); EC P-256, for client
  /// authentication only. Without require_client_certificate a connection may show any certificate: one that is
  /// expired, or of another CA, does not authenticate: `Unauthorized`, unless a valid token comes with it.
  /// Cost: a few elliptic curve operations; no I/O.
  /// @param common_name 1 to 64 bytes of UTF-8
  /// @param lifetime from now on; negative: a certificate that expired that long ago. At most a hundred years
  /// @throws ConfigError without TLS, or for a parameter out of range; std::runtime_error when OpenSSL fails.
  [[nodiscard]] ClientCertificate issue_client_certificate(std::string_view common_name,
                                                           std::chrono::seconds lifetime = std::chrono::hours(1)) const;

  /// Options that let a Client talk to this server: token and CA. Set what else is wanted.
  [[nodiscard]] ClientOptions client_options() const;
  /// A Client for this server.
  [[nodiscard]] Client client() const;

  /// Serves the Fleet CRD from now on (contract §5: it comes a little after the server).
  void serve_crd();
  /// Accepts `token` in the plane `cluster` only (contract §2: authentication is per plane).
  void add_token(std::string_view cluster, std::string token);
  /// Accepts `token` in all planes as that of a user, who may do what each plane's RBAC allows to the name, to the
  /// groups and to `system:authenticated`; the group `system:masters` may do everything, as token() may.
  /// @throws ConfigError when the name or the token is empty.
  void add_user(std::string token, std::string name, std::vector<std::string> groups = {});
  /// Refuses from now on a token that was accepted or issued, in all planes.
  void revoke_token(std::string_view token);
  /// Advances the clock by which issued ServiceAccount tokens expire (`POST
  /// …/serviceaccounts/NAME/token`), so that tests need not wait. Such a token is valid in its plane while its
  /// ServiceAccount exists.
  /// @throws ConfigError when `by` is negative.
  void advance_token_clock(std::chrono::seconds by);

  /// Makes a plane answer `/readyz` with 500 and `message`, or with 200 again when `message` is empty. The plane need
  /// not exist yet. The Fleet controller learns of it when the Fleet changes, at its next probe, or at reconcile().
  void set_unready(std::string_view cluster, std::string message);
  /// Sets the phase that the Fleet controller reports for a member, whatever `/readyz` says; an empty phase ends that.
  void set_member_phase(std::string_view cluster, std::string phase, std::string message = {});
  /// Whether `/state` reports a resource of a plane as `synced`; an unsynced one has no items yet.
  void set_synced(std::string_view cluster, std::string_view resource, bool synced);
  /// Lets the Fleet controller look at all Fleets now, and returns when it has written their status.
  void reconcile();
  /// Stops (or restarts) the Fleet controller, as if it were down; REST goes on.
  void pause_controller(bool paused);

  /// Makes a plane forget its changes up to now: older resourceVersions and continue tokens are `Expired` (410) from
  /// now on. Watches that are open lose nothing.
  void compact_watch_history(std::string_view cluster);
  /// Closes the connections of all watches that are open, without a proper end.
  void cut_watches();
  /// How many watches are open. One whose client has gone is over as soon as the server sees that.
  [[nodiscard]] std::size_t watch_count() const;

  /// Scripts a fault; the oldest one that matches is applied first.
  /// @throws ConfigError when `every` is not positive, or `chance` is not between 0 and 1.
  void add_fault(Fault fault);
  /// Drops all scripted faults.
  void clear_faults();

  /// Connections accepted since start.
  [[nodiscard]] std::size_t connection_count() const noexcept;
  /// Requests received since start, including those that a fault applied to.
  [[nodiscard]] std::size_t request_count() const noexcept;
  /// Requests received whose path contains `path_part`, with this method when it is not empty.
  [[nodiscard]] std::size_t request_count(std::string_view path_part, std::string_view method = {}) const;
  /// Runs on the server's thread for every request that arrives, before it is answered: method, and path with its
  /// query.
  void on_request(std::function<void(const std::string& method, const std::string& target)> hook);

  /// Stops as a killed server does: refuses connections, and closes those that are open, with their requests and
  /// watches. Objects, tokens, scripts, the controller and the port stay. Returns when no request is being answered any
  /// more. Not to be called by what on_request() runs.
  /// @throws std::runtime_error when another program takes the port in the moment between.
  void stop_listening();
  /// Serves again on the same port with the same objects; stops first if it is serving.
  /// @throws std::logic_error after stop(); std::runtime_error as stop_listening() does.
  void restart();

  /// Stops serving and closes all connections, for good. Idempotent; the destructor calls it.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kplane::testing
