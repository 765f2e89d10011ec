// An in-memory kplane API server for demos and tests, served over real HTTP(S) from this process.
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

/// Which of the two paths of the aggregate read the server serves (contract §3).
enum class StatePath {
  state,     ///< `…/state` only: today's servers
  snapshot,  ///< `…/snapshot` only: older servers
  both,      ///< both paths
};

/// The certificate that a LocalServer presents with `tls`. All are issued by its own CA.
enum class ServerCertificate {
  valid,       ///< for 127.0.0.1, ::1 and localhost
  expired,     ///< the same, but it expired an hour ago
  wrong_host,  ///< only for the DNS name `elsewhere.invalid`
};

/// How a LocalServer behaves. A plain aggregate; by default the server is well-behaved and without delays.
struct LocalServerOptions {
  bool tls = false;  ///< HTTPS with a certificate of the server's own CA; see LocalServer::ca_pem()
  ServerCertificate certificate = ServerCertificate::valid;  ///< which certificate; needs `tls`
  /// The TLS handshake itself fails for a client without a valid certificate, as with proxies that require mutual TLS;
  /// needs `tls`. False: a client authenticates with a certificate or a token.
  bool require_client_certificate = false;
  std::uint16_t port = 0;  ///< 0: a free port
  std::string token{};     ///< the bearer token every plane accepts; empty: a random one, see LocalServer::token()
  std::string root_cluster = "root";        ///< the name of the root plane
  StatePath state_path = StatePath::state;  ///< where the aggregate read is served
  bool crd_served = true;                   ///< false: `fleets` answers a text 404 until serve_crd() (contract §5)
  std::chrono::milliseconds crd_delay{0};   ///< the Fleet CRD is served only this long after start
  /// A new plane gets its system objects only after this delay. It answers `/readyz` with 200, and is a `Ready` member
  /// of its Fleet, before that, because these report on the process (contract §10).
  std::chrono::milliseconds bootstrap_delay{0};
  std::chrono::milliseconds member_delay{0};  ///< a Fleet's members become `Ready` one after another, this far apart
  std::chrono::milliseconds probe_interval{30'000};  ///< how often the Fleet controller probes members

  /// The ClusterRoles `view`, `edit` and `admin` of a new plane have rules, as if a controller had filled them. False:
  /// they are aggregated and empty, as in kplane's planes (contract §9).
  bool aggregate_roles = false;
  /// Every stored object carries the label `multicluster.k8s.io/cluster: <plane ID>`, as in kplane's planes (contract
  /// §10). False: no object does, as on an ordinary Kubernetes API server.
  bool cluster_label = true;
  bool internal_layout = false;  ///< `/state` serialises objects in Go's internal layout (contract §3)
  /// Seeds everything that looks random: uids and generated names (per plane, in the order of its writes), the order of
  /// items in `/state`, faults with a `chance`. The same sequence of requests gives the same results on every server
  /// with this seed. Secrets are always random: token(), and the last part of issued tokens.
  std::uint64_t seed = 1;
  /// How far informers lag behind writes: `/state` shows a plane as it was this long ago, but its system objects at
  /// once. Lists and watches do not lag.
  std::chrono::milliseconds state_lag{0};
  std::chrono::milliseconds latency{0};  ///< the delay before each answer
  /// Admission uses the ServiceAccounts, LimitRanges, ResourceQuotas and PriorityClasses of the root plane for writes
  /// to any plane, as kplane's server does (contract §10). False: those of the plane itself.
  bool root_admission = false;
  /// The group list `/apis` of a plane includes the groups of its own CRDs. False: those of the root plane's CRDs, as
  /// in kplane's server (contract §10); each group and version is still served.
  bool list_custom_groups = true;
  /// How many changes each plane remembers. A watch, or a later page of a list, that needs an older one gets `Expired`.
  std::size_t watch_history = 1000;
  /// How long a watch may be quiet before it gets a bookmark, if it requested bookmarks.
  std::chrono::milliseconds watch_bookmark_interval{1'000};
  /// Simulates the controller that empties and finalizes deleted namespaces, and the kubelet that ends their pods. A
  /// plane has neither (contract §9): there such a namespace stays, with its contents.
  bool finalize_namespaces = false;
};

/// When a fault closes the connection, apart from Fault::cut_after.
enum class Cut {
  none,      ///< never
  before,    ///< before the request is carried out: it has no effect and gets no answer
  after,     ///< after it was carried out: it has its effect but gets no answer
  inside,    ///< within the answer's body, after a random number of bytes
  anywhere,  ///< one of these three, chosen at random for each request
};

/// What a scripted fault does to the requests that it matches.
struct Fault {
  std::string method{};         ///< empty: any
  std::string path_contains{};  ///< a substring of the decoded path without the query; empty: any path
  int times = 1;                ///< how many requests it applies to; negative: all
  int every = 1;                ///< applies only to every n-th matching request
  double chance = 1.0;          ///< the probability of applying to each of those; drawn from LocalServerOptions::seed
  std::chrono::milliseconds delay{0};  ///< waits this long first (ends early when the server stops)
  std::optional<int> status{};         ///< answers with this status and `body` instead of the real answer
  std::string body{};                  ///< the answer's body when `status` is set
  std::string content_type = "text/plain; charset=utf-8";  ///< of `body`
  std::multimap<std::string, std::string> headers{};       ///< additional headers of the answer, such as Retry-After
  std::optional<std::size_t>
      cut_after{};      ///< sends this many bytes of the body, fewer than declared, and closes the connection
  Cut cut = Cut::none;  ///< closes the connection; `cut_after` is then ignored
};

/// A client certificate and its key; see LocalServer::issue_client_certificate().
struct ClientCertificate {
  std::string certificate_pem{};  ///< the certificate
  std::string key_pem{};          ///< PKCS#8, not encrypted
};

/// An in-memory kplane API server on the loopback interface: routing and lazy creation of planes, bearer tokens and
/// client certificates, TokenRequest, readiness, `/state`, the Fleet resource with its controller, OpenAPI, and generic
/// Kubernetes REST for the built-in types, with selectors, paginated lists and watches. An open watch takes one of at
/// most 2,000 connections that are served concurrently.
///
/// Thread safety: every member may be called from any thread.
/// Cost: the constructor returns when the port accepts connections; the destructor closes all connections and joins all
/// threads.
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

  /// Issues a certificate of the server's CA that authenticates a client in every plane, like token(); EC P-256, for
  /// client authentication only. Without require_client_certificate a connection may present any certificate; one that
  /// is expired or from another CA does not authenticate: requests get `Unauthorized` unless they have a valid token.
  /// Cost: a few elliptic curve operations; no I/O.
  /// @param common_name 1 to 64 bytes of UTF-8
  /// @param lifetime from now; negative: a certificate that expired that long ago. At most a hundred years
  /// @throws ConfigError without TLS, or for a parameter out of range; std::runtime_error when OpenSSL fails.
  [[nodiscard]] ClientCertificate issue_client_certificate(std::string_view common_name,
                                                           std::chrono::seconds lifetime = std::chrono::hours(1)) const;

  /// Options for a Client of this server: token and CA. Set any others as needed.
  [[nodiscard]] ClientOptions client_options() const;
  /// A Client for this server.
  [[nodiscard]] Client client() const;

  /// Serves the Fleet CRD from now on (contract §5: a server installs it shortly after it starts).
  void serve_crd();
  /// Accepts `token` in the plane `cluster` only (contract §2: authentication is per plane).
  void add_token(std::string_view cluster, std::string token);
  /// Accepts `token` in all planes as that of a user, with the rights that each plane's RBAC gives to the name, to the
  /// groups and to `system:authenticated`; the group `system:masters` may do everything, like token().
  /// @throws ConfigError when the name or the token is empty.
  void add_user(std::string token, std::string name, std::vector<std::string> groups = {});
  /// Rejects a previously accepted or issued token from now on, in all planes.
  void revoke_token(std::string_view token);
  /// Advances the clock by which issued ServiceAccount tokens expire (`POST …/serviceaccounts/NAME/token`), so that
  /// tests need not wait. Such a token is valid in its plane as long as its ServiceAccount exists.
  /// @throws ConfigError when `by` is negative.
  void advance_token_clock(std::chrono::seconds by);

  /// Makes a plane answer `/readyz` with 500 and `message`, or with 200 again when `message` is empty. The plane need
  /// not exist yet. The Fleet controller notices when the Fleet changes, at its next probe, or at reconcile().
  void set_unready(std::string_view cluster, std::string message);
  /// Sets the phase that the Fleet controller reports for a member, whatever `/readyz` says; an empty phase ends that.
  void set_member_phase(std::string_view cluster, std::string phase, std::string message = {});
  /// Sets whether `/state` reports a resource of a plane as `synced`; an unsynced one has no items yet.
  void set_synced(std::string_view cluster, std::string_view resource, bool synced);
  /// Makes the Fleet controller process all Fleets now; returns when it has written their status.
  void reconcile();
  /// Pauses (or resumes) the Fleet controller, as if it were down; REST still works.
  void pause_controller(bool paused);

  /// Makes a plane forget its changes up to now: older resourceVersions and continue tokens get `Expired` (410) from
  /// now on. Open watches lose nothing.
  void compact_watch_history(std::string_view cluster);
  /// Closes the connections of all open watches abruptly.
  void cut_watches();
  /// The number of open watches. One whose client has disconnected ends as soon as the server notices.
  [[nodiscard]] std::size_t watch_count() const;

  /// Scripts a fault; the oldest matching one applies first.
  /// @throws ConfigError when `every` is not positive, or `chance` is not between 0 and 1.
  void add_fault(Fault fault);
  /// Removes all scripted faults.
  void clear_faults();

  /// Connections accepted since start.
  [[nodiscard]] std::size_t connection_count() const noexcept;
  /// Requests received since start, including those that faults applied to.
  [[nodiscard]] std::size_t request_count() const noexcept;
  /// Requests received whose path contains `path_part`, with this method when it is not empty.
  [[nodiscard]] std::size_t request_count(std::string_view path_part, std::string_view method = {}) const;
  /// Sets a hook that runs on the connection's thread for every request before it is answered, with the method, and the
  /// path with its query.
  void on_request(std::function<void(const std::string& method, const std::string& target)> hook);

  /// Behaves like a killed server: refuses connections, and closes open ones with their requests and watches. Objects,
  /// tokens, scripts, the controller and the port are kept. Blocks until no request is being answered any more. Must
  /// not be called from the on_request() hook.
  /// @throws std::runtime_error when another program takes the port meanwhile.
  void stop_listening();
  /// Serves again on the same port with the same objects; first stops if it is serving.
  /// @throws std::logic_error after stop(); std::runtime_error as stop_listening() does.
  void restart();

  /// Stops serving and closes all connections, permanently. Idempotent; the destructor calls it.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kplane::testing
