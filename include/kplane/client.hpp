// Client: the way in.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/batch.hpp>
#include <kplane/client_options.hpp>
#include <kplane/ephemeral_fleet.hpp>
#include <kplane/export.hpp>
#include <kplane/fleet.hpp>
#include <kplane/handle.hpp>
#include <kplane/kubeconfig_options.hpp>
#include <kplane/plane.hpp>
#include <kplane/resource_options.hpp>
#include <kplane/restore_result.hpp>
#include <kplane/settle_options.hpp>
#include <kplane/state_options.hpp>
#include <kplane/vector.hpp>
#include <kplane/write_log.hpp>

namespace kplane {

/// A kplane server: one pool of connections, and everything that can be asked through it.
///
/// Thread safety: every member may be called from any thread; copies share one pool.
/// Cost: the constructor checks its input and reads credential files, but opens no connection.
/// Errors: every call that does I/O may throw TransportError, ApiError, DecodeError, CredentialError and StoppedError.
class KPLANE_API Client {
 public:
  /// A client of one server.
  /// @param base_url `http://` or `https://`, host, optional port and path; without query, user info and fragment. One
  /// that ends in `/clusters/ID/control-plane`, as a kubeconfig's `server:` does, means that host; see default_plane().
  /// @param options all other settings
  /// @throws ConfigError
  explicit Client(std::string_view base_url, ClientOptions options = {});

  /// A client from `KPLANE_HOST` (base URL), `KPLANE_TOKEN`, `KPLANE_CA_FILE` and `KPLANE_INSECURE=1` (does not verify
  /// TLS). What the environment sets replaces what `options` says.
  /// @throws ConfigError that names the variable.
  [[nodiscard]] static Client from_env(ClientOptions options = {});

  /// A client for a context of a kubeconfig, as kubectl understands it: server, CA, proxy, the default namespace of its
  /// planes, and the user's token, password, client certificate or exec credential plugin. A server without a scheme is
  /// one of http. What the file says replaces what `options` says. Files
  /// that it names are read now, and those of tokens and certificates again when they change; a plugin runs when a
  /// request first needs it. A server `…/clusters/ID/control-plane` is remembered: see default_plane().
  /// @throws ConfigError that names the file and the field
  [[nodiscard]] static Client from_kubeconfig(const KubeconfigOptions& which = {}, ClientOptions options = {});

  /// A client inside of a pod: the server in `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`, with the token,
  /// which is rotated, and the CA of the pod's service account, and as the planes' default namespace the pod's:
  /// `POD_NAMESPACE`, or the service account's. They replace what `options` says. @throws ConfigError
  [[nodiscard]] static Client from_in_cluster(ClientOptions options = {});

  /// A client from the first of these that exists: from_env() where `KPLANE_HOST` is set, from_kubeconfig() where one
  /// has a context, from_in_cluster() where `KUBERNETES_SERVICE_HOST` is set. One that exists but is wrong is an error,
  /// because the next one might be another server.
  /// @throws ConfigError that says what was looked for, and why none of it could be used
  [[nodiscard]] static Client from_default(ClientOptions options = {});

  /// A handle on a plane. No I/O, but that a token file in `options` is read.
  /// @throws ConfigError when `cluster` is not an ID: letters, digits, `_`, `.` and `-`, at most 63 of them, beginning
  /// and ending with a letter or digit. The server writes it into a label of every object, so it refuses all writes in
  /// a plane of any other ID (contract §10).
  [[nodiscard]] Plane plane(std::string_view cluster, const PlaneOptions& options = {}) const;

  /// The plane that the server's address named, as a kubeconfig of one plane does. No I/O.
  /// @throws ConfigError when it named none
  [[nodiscard]] Plane default_plane() const;
  /// The root plane, in which the Fleets live (contract §5), whatever the server calls it: it is reached without a
  /// name, and cluster() says `root`, the usual one. A server may serve its state only at plane("root"). No I/O, but
  /// that a token file in `options` is read. @throws ConfigError when the options are wrong
  [[nodiscard]] Plane root_plane(const PlaneOptions& options = {}) const;
  /// The plane that the server's address named; nullopt when it named none.
  [[nodiscard]] std::optional<Plane> find_default_plane() const;

  /// A client of the same server, with the same credentials and options but ClientOptions::stop, and with connections
  /// of its own: for what must be cleaned up after a stop, when this Client refuses everything. No I/O.
  [[nodiscard]] Client without_stop() const;

  /// The URL under which any other Kubernetes client can use a plane. No I/O. @throws ConfigError as plane().
  [[nodiscard]] std::string cluster_base_url(std::string_view cluster) const;

  /// The proxy that requests go through, such as `http://proxy:3128`: that of ClientOptions::proxy or of the
  /// environment, without user and password; empty: none. No I/O.
  [[nodiscard]] std::string proxy() const;

  /// Declares a Fleet. Returns at once; Fleet::wait_until_ready() waits for its planes. It gets the label
  /// `app.kubernetes.io/instance` with a random value, by which a retry recognises what an attempt whose answer was
  /// lost has created, so that no Fleet is left without an owner. A stop in the meantime leaves none either: the call
  /// then checks whether one was created and removes it, for up to five seconds, if the server can be reached.
  /// @throws ConfigError when the name or spec is wrong; AlreadyExists; NotFound with an explanation when the server
  /// does not serve Fleets yet: see wait_until_ready().
  Fleet create_fleet(std::string_view name, const FleetSpec& spec) const;
  /// A Fleet that is removed at scope exit. @throws as create_fleet()
  [[nodiscard]] EphemeralFleet ephemeral_fleet(std::string_view name, const FleetSpec& spec,
                                               const EphemeralOptions& options = {}) const;
  /// A handle on a Fleet that exists. @throws NotFound
  [[nodiscard]] Fleet get_fleet(std::string_view name) const;
  /// A handle on a Fleet that may be absent. @return nullopt when there is no such Fleet. @throws NotFound when the
  /// server does not serve Fleets at all (yet).
  [[nodiscard]] std::optional<Fleet> find_fleet(std::string_view name) const;
  /// All Fleets of the server, or those that `which` selects, such as `{.label_selector = "team=rl"}`, in the order in
  /// which it lists them; page after page, all in memory. Empty when there are none. Blocks until the last page is
  /// there.
  /// @throws NotFound when the server does not serve Fleets at all (yet); Expired when the list changed too much while
  /// it was read: list again
  [[nodiscard]] Vector<Fleet> list_fleets(const ListOptions& which = {}) const;

  /// Reads many planes concurrently on the calling thread; the results are in the order of `planes`. Blocks until the
  /// last one is done or its deadline passed. Holds all snapshots in memory; for_each_state() does not.
  /// @throws ConfigError when the options are wrong, or a plane came from another Client. All other errors are in the
  /// results.
  [[nodiscard]] Vector<StateResult> states(const std::vector<Plane>& planes, const StateOptions& options = {},
                                           const BatchOptions& batch = {}) const;

  /// The same, but hands each result over as it arrives, in arbitrary order, on the calling thread. At most
  /// `batch.concurrency` response bodies are in memory beside those that `fn` keeps and those of silent planes (see
  /// BatchOptions), however many planes there are.
  /// What `fn` throws ends the batch and reaches the caller. The batch makes no progress while `fn` runs, and the
  /// requests in flight may time out: hand long work to another thread.
  void for_each_state(const std::vector<Plane>& planes, const std::function<void(StateResult)>& fn,
                      const StateOptions& options = {}, const BatchOptions& batch = {}) const;

  /// Plane::settled_state() of many planes, concurrently: while the state of one lags behind its writes, the others are
  /// read. One log may know the writes of all of them. @throws as states()
  [[nodiscard]] Vector<StateResult> settled_states(const std::vector<Plane>& planes, const WriteLog& log,
                                                   const SettleOptions& options = {},
                                                   const BatchOptions& batch = {}) const;

  /// Applies a set to many planes concurrently on the calling thread: see Fleet::apply().
  Vector<ManifestResults> apply(const std::vector<Plane>& planes, const Manifests& manifests,
                                const ManifestOptions& options = {}, const BatchOptions& batch = {},
                                const ManifestProgress& on_progress = {}) const;
  /// Removes a set from many planes concurrently on the calling thread: see Plane::remove(). While one
  /// plane waits for its controllers, the others go on. @throws as apply()
  Vector<ManifestResults> remove(const std::vector<Plane>& planes, const Manifests& manifests,
                                 const ManifestOptions& options = {}, const BatchOptions& batch = {},
                                 const ManifestProgress& on_progress = {}) const;

  /// Puts many planes back to one baseline concurrently on the calling thread: see Plane::restore(). An error affects
  /// only its own plane. A baseline of one plane serves all planes of the server: a live plane can so be forked into
  /// many. @return one result for each plane, in their order @throws ConfigError when the options are wrong, or a plane
  /// came from another Client
  Vector<RestoreResult> restore(const std::vector<Plane>& planes, const Baseline& baseline,
                                const RestoreOptions& options = {}, const BatchOptions& batch = {}) const;
  /// Purges many planes concurrently on the calling thread: see Plane::purge(). @throws as restore(); what discovery of
  /// the server's types meets
  Vector<RestoreResult> purge(const std::vector<Plane>& planes, const PurgeOptions& options = {},
                              const BatchOptions& batch = {}) const;

  /// Whether the server's `/readyz` answers 200 now. A server that cannot be reached is not ready; one request, not
  /// retried.
  /// Blocks for at most ClientOptions::request_timeout.
  /// @throws Unauthorized, Forbidden, TlsError, CredentialError: what waiting does not fix; StoppedError
  [[nodiscard]] bool is_ready() const;

  /// Returns as soon as the server is ready and serves Fleets, which is a little after it starts (contract §5).
  /// @throws TimeoutError that says what is missing; Unauthorized, Forbidden, TlsError, CredentialError at once;
  /// StoppedError
  void wait_until_ready(std::chrono::milliseconds timeout = std::chrono::minutes{2}, const StopToken& stop = {}) const;

  /// The OpenAPI document that the server publishes, YAML. openapi::spec_yaml() is the one this library was built
  /// against.
  [[nodiscard]] std::string server_openapi() const;

 private:
  friend class EventLoop;
  explicit Client(std::shared_ptr<detail::ClientCore> core) noexcept;

  detail::Handle<detail::ClientCore> core_;
};

}  // namespace kplane
