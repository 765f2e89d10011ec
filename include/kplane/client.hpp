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
#include <kplane/condition.hpp>
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
#include <kplane/wait.hpp>
#include <kplane/write_log.hpp>

namespace kplane {

/// A client of one kplane server: a connection pool, and every operation that goes through it.
///
/// Thread safety: every member may be called from any thread; copies share one pool. A child of fork() opens
/// connections of its own; it must not use a Client that another thread was using at the time of the fork.
/// Cost: the constructor checks its input and reads credential files, but opens no connection.
/// Errors: every call that does I/O may throw TransportError, ApiError, DecodeError, CredentialError and StoppedError.
class KPLANE_API Client {
 public:
  /// A client of one server.
  /// @param base_url `http://` or `https://`, host, optional port and path; no query, user info or fragment. A URL that
  /// ends in `/clusters/ID/control-plane`, as a kubeconfig's `server:` does, is accepted: the ID becomes
  /// default_plane().
  /// @param options all other settings
  /// @throws ConfigError
  explicit Client(std::string_view base_url, ClientOptions options = {});

  /// A client from `KPLANE_HOST` (base URL), `KPLANE_TOKEN`, `KPLANE_CA_FILE` and `KPLANE_INSECURE=1` (do not verify
  /// TLS). Values from the environment override those in `options`.
  /// @throws ConfigError that names the variable.
  [[nodiscard]] static Client from_env(ClientOptions options = {});

  /// A client for a context of a kubeconfig, as kubectl understands it: server, CA, proxy, the default namespace of its
  /// planes, and the user's token, password, client certificate or exec credential plugin. A server without a scheme is
  /// taken as http. Values from the file override those in `options`. Files that it names are read now; token and
  /// certificate files are read again when they change. A plugin runs when a request first needs it. A server
  /// `…/clusters/ID/control-plane` sets default_plane().
  /// @throws ConfigError that names the file and the field
  [[nodiscard]] static Client from_kubeconfig(const KubeconfigOptions& which = {}, ClientOptions options = {});

  /// A client inside a pod: the server in `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`, the pod's service
  /// account token (read again when it is rotated) and CA, and the pod's namespace (`POD_NAMESPACE`, or the service
  /// account's) as the planes' default namespace. These override `options`. @throws ConfigError
  [[nodiscard]] static Client from_in_cluster(ClientOptions options = {});

  /// A client from the first of these that exists: from_env() where `KPLANE_HOST` is set, from_kubeconfig() where one
  /// has a context, from_in_cluster() where `KUBERNETES_SERVICE_HOST` is set. A source that exists but is invalid is an
  /// error, because the next one might name another server.
  /// @throws ConfigError that says what was tried and why none of it could be used
  [[nodiscard]] static Client from_default(ClientOptions options = {});

  /// A handle on a plane. No I/O except reading a token file in `options`.
  /// @throws ConfigError when `cluster` is not a valid ID: at most 63 letters, digits, `_`, `.` and `-`, beginning and
  /// ending with a letter or digit. The server writes the ID into a label of every object, so it rejects all writes in
  /// a plane with any other ID (contract §10).
  [[nodiscard]] Plane plane(std::string_view cluster, const PlaneOptions& options = {}) const;

  /// The plane named by the base URL, as in a kubeconfig for one plane. No I/O.
  /// @throws ConfigError when the base URL names no plane
  [[nodiscard]] Plane default_plane() const;
  /// The root plane, in which the Fleets live (contract §5), whatever the server calls it: its requests carry no plane
  /// ID, and cluster() returns `root`, the usual name. A server may serve the root plane's state only at plane("root").
  /// No I/O except reading a token file in `options`. @throws ConfigError when the options are invalid
  [[nodiscard]] Plane root_plane(const PlaneOptions& options = {}) const;
  /// The plane named by the base URL; nullopt when it names none. No I/O.
  [[nodiscard]] std::optional<Plane> find_default_plane() const;

  /// A client of the same server with the same credentials and options except ClientOptions::stop, and its own
  /// connections: for cleaning up after a stop, when this Client refuses every call. No I/O.
  [[nodiscard]] Client without_stop() const;

  /// The URL at which any other Kubernetes client can use a plane. No I/O. @throws ConfigError as plane().
  [[nodiscard]] std::string cluster_base_url(std::string_view cluster) const;

  /// The proxy that requests go through, such as `http://proxy:3128`: that of ClientOptions::proxy or of the
  /// environment, without user and password; empty: none. No I/O.
  [[nodiscard]] std::string proxy() const;

  /// Declares a Fleet. Returns at once; Fleet::wait_until_ready() waits for its planes. It gets the label
  /// `app.kubernetes.io/instance` with a random value, by which a retry recognises a Fleet created by an earlier
  /// attempt whose answer was lost, so that no Fleet is orphaned. A stop does not orphan one either: the call then
  /// spends up to five seconds checking whether a Fleet was created and removing it, if the server can be reached.
  /// @throws ConfigError when the name or spec is invalid; AlreadyExists; NotFound when the server does not serve
  /// Fleets yet: see wait_until_ready().
  Fleet create_fleet(std::string_view name, const FleetSpec& spec) const;
  /// A Fleet that is removed at scope exit. @throws as create_fleet()
  [[nodiscard]] EphemeralFleet ephemeral_fleet(std::string_view name, const FleetSpec& spec,
                                               const EphemeralOptions& options = {}) const;
  /// A handle on an existing Fleet. One request. @throws NotFound
  [[nodiscard]] Fleet get_fleet(std::string_view name) const;
  /// A handle on a Fleet that may be absent. @return nullopt when there is no such Fleet. @throws NotFound when the
  /// server does not serve Fleets at all (yet).
  [[nodiscard]] std::optional<Fleet> find_fleet(std::string_view name) const;
  /// All Fleets of the server, or those that `which` selects, such as `{.label_selector = "team=rl"}`, in the server's
  /// order. Read page by page, all held in memory; blocks until the last page has arrived.
  /// @throws NotFound when the server does not serve Fleets at all (yet); Expired when the server dropped the list's
  /// version between two pages: list again
  [[nodiscard]] Vector<Fleet> list_fleets(const ListOptions& which = {}) const;

  /// Reads many planes concurrently on the calling thread, or on BatchOptions::threads; the results are in the order of
  /// `planes`, however many threads there are. Blocks until the last one is done or its deadline has passed. Holds all
  /// snapshots in memory; for_each_state() does not.
  /// @throws ConfigError when an option is invalid or a plane came from another Client. All other errors are in the
  /// results.
  [[nodiscard]] Vector<StateResult> states(const std::vector<Plane>& planes, const StateOptions& options = {},
                                           const BatchOptions& batch = {}) const;

  /// The same, but passes each result to `fn` as it arrives, in arbitrary order, on the calling thread. However many
  /// planes there are, at most `batch.concurrency` response bodies are in memory, apart from those that `fn` keeps and
  /// those of silent planes (see BatchOptions). An exception from `fn` ends the batch and propagates to the caller. The
  /// batch makes no progress while `fn` runs, and requests in flight may time out: hand long work to another thread.
  ///
  /// With BatchOptions::threads above 1, `fn` is called by that many threads at once, the calling one among them, and
  /// must be safe for that; it is called once for each plane. While it runs, only its own thread makes no progress. If
  /// it throws, the other threads stop: calls of `fn` that are running end, no other begins, and the first exception
  /// propagates to the caller once all threads have ended. `fn` may call the Client, batches on threads included.
  void for_each_state(const std::vector<Plane>& planes, const std::function<void(StateResult)>& fn,
                      const StateOptions& options = {}, const BatchOptions& batch = {}) const;

  /// Plane::settled_state() of many planes, concurrently: while the state of one lags behind its writes, the others are
  /// read. One log may cover the writes of all of them. @throws as states()
  [[nodiscard]] Vector<StateResult> settled_states(const std::vector<Plane>& planes, const WriteLog& log,
                                                   const SettleOptions& options = {},
                                                   const BatchOptions& batch = {}) const;

  /// Applies a set to many planes concurrently on the calling thread, or on BatchOptions::threads: see Fleet::apply().
  Vector<ManifestResults> apply(const std::vector<Plane>& planes, const Manifests& manifests,
                                const ManifestOptions& options = {}, const BatchOptions& batch = {},
                                const ManifestProgress& on_progress = {}) const;
  /// Removes a set from many planes concurrently, as apply(): see Plane::remove(). While one plane waits for its
  /// controllers, the others proceed. @throws as apply()
  Vector<ManifestResults> remove(const std::vector<Plane>& planes, const Manifests& manifests,
                                 const ManifestOptions& options = {}, const BatchOptions& batch = {},
                                 const ManifestProgress& on_progress = {}) const;

  /// Restores many planes to one baseline concurrently, as apply(): see Plane::restore(). An error affects only its own
  /// plane. A baseline of one plane works for all planes of the server, so a live plane can be forked into
  /// many. @return one result for each plane, in order @throws ConfigError when an option is invalid or a plane came
  /// from another Client
  Vector<RestoreResult> restore(const std::vector<Plane>& planes, const Baseline& baseline,
                                const RestoreOptions& options = {}, const BatchOptions& batch = {}) const;
  /// Purges many planes concurrently, as apply(): see Plane::purge(). @throws as restore(); any error of the
  /// discovery of the server's types
  Vector<RestoreResult> purge(const std::vector<Plane>& planes, const PurgeOptions& options = {},
                              const BatchOptions& batch = {}) const;

  /// Waits until a condition holds for an object in each of many planes at once, on the calling thread: each as
  /// Resource::wait_for() does, with a watch and a connection of its own. `timeout` is for all of them together;
  /// `batch.concurrency` limits the requests that are not watches, `batch.stop` ends the waits that are not over.
  /// Calls `on_result`, unless it is empty, as soon as the wait in a plane is over; what it throws ends the call.
  ///
  /// Cost: one file descriptor a plane and, in memory, about 20 kB over plain HTTP and 65 kB over TLS. If there are
  /// more planes than the process may open files, the surplus is retried, as single waits are, until others are done.
  /// @return one result for each plane, in order: the object, or the error, which is TimeoutError for a plane in which
  /// the condition did not hold in time, and StoppedError after a stop
  /// @throws ConfigError when the target or an option is invalid or a plane came from another Client; what the
  /// condition throws, unless it is an Error, which is then that plane's
  [[nodiscard]] Vector<WaitResult> wait_for(const std::vector<Plane>& planes, const WaitTarget& target,
                                            const Condition& condition, std::chrono::milliseconds timeout,
                                            const BatchOptions& batch = {}, const WaitFunction& on_result = {}) const;

  /// Whether the server's `/readyz` answers 200 now. One request, not retried; a server that cannot be reached is not
  /// ready. Blocks for at most ClientOptions::request_timeout.
  /// @throws Unauthorized, Forbidden, TlsError, CredentialError, which waiting does not fix; StoppedError
  [[nodiscard]] bool is_ready() const;

  /// Blocks until the server is ready and serves Fleets, which it does shortly after it starts (contract §5).
  /// @throws TimeoutError that says what is missing; Unauthorized, Forbidden, TlsError, CredentialError at once;
  /// StoppedError
  void wait_until_ready(std::chrono::milliseconds timeout = std::chrono::minutes{2}, const StopToken& stop = {}) const;

  /// The OpenAPI document that the server publishes, as YAML. openapi::spec_yaml() is the one this library was built
  /// against.
  [[nodiscard]] std::string server_openapi() const;

 private:
  friend class EventLoop;
  explicit Client(std::shared_ptr<detail::ClientCore> core) noexcept;

  detail::Handle<detail::ClientCore> core_;
};

}  // namespace kplane
