#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include <kplane/agent.hpp>
#include <kplane/baseline.hpp>
#include <kplane/export.hpp>
#include <kplane/fork_options.hpp>
#include <kplane/handle.hpp>
#include <kplane/manifest_options.hpp>
#include <kplane/namespace_removal.hpp>
#include <kplane/request.hpp>
#include <kplane/resource.hpp>
#include <kplane/restore_options.hpp>
#include <kplane/settle_options.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>
#include <kplane/stop.hpp>
#include <kplane/write_log.hpp>

namespace kplane {

class ManifestResults;
class Manifests;
class RestoreResult;

namespace detail {
class ClientCore;
struct PlaneAccess;
struct PlaneEndpoint;
}  // namespace detail

/// How Plane::wait_until_ready() waits.
struct PlaneWaitOptions {
  std::chrono::milliseconds timeout = std::chrono::minutes{2};  ///< for the whole wait; TimeoutError when it passes
  /// Also waits for the plane's own bootstrap. False: only for `/readyz`, which reports on the server process.
  bool bootstrapped = true;
  StopToken stop{};  ///< ends the wait early; see StopToken
};

/// A handle on one virtual control plane. The server creates a plane on first access, so a mistyped ID creates a new
/// plane.
///
/// Thread safety: immutable; may be used and copied from any thread.
/// Cost: making and copying one does no I/O. It may outlive the Client it came from, and keeps that Client's pool
/// alive.
/// Errors: every call that does I/O may throw TransportError, ApiError, DecodeError, CredentialError and StoppedError.
class KPLANE_API Plane {
 public:
  /// The plane's ID.
  [[nodiscard]] const std::string& cluster() const& noexcept;
  [[nodiscard]] std::string cluster() &&;
  /// The URL at which any Kubernetes client can use this plane: `…/clusters/ID/control-plane`.
  [[nodiscard]] const std::string& base_url() const& noexcept;
  [[nodiscard]] std::string base_url() &&;
  /// The namespace of objects that name none, in apply() and in Resource's create(), replace() and apply(), and of an
  /// agent's account: PlaneOptions::ns, or else ClientOptions::ns, or else `default`. Client::from_kubeconfig() takes
  /// it from the context, Client::from_in_cluster() from the pod.
  [[nodiscard]] const std::string& default_namespace() const& noexcept;
  [[nodiscard]] std::string default_namespace() &&;

  /// Everything in the plane, in one round trip. Blocks until the answer has arrived or the deadline has passed.
  /// @throws ConfigError when a resource name is invalid; NotFound when the server does not serve states, or as
  /// described at StateOptions::require_synced; NotSynced; MisroutedError when the answer is another plane's state.
  [[nodiscard]] Snapshot state(const StateOptions& options = {}) const;

  /// The objects of one resource type only: `plane.state("pods")`.
  template <class Text, class = std::enable_if_t<std::is_convertible_v<const Text&, std::string_view>>>
  [[nodiscard]] Snapshot state(const Text& resource) const {
    StateOptions options;
    options.resources.emplace_back(std::string_view(resource));
    return state(options);
  }

  /// A handle on the same plane whose writes are noted in `log`: those of the handle, and of Resources obtained from
  /// it. It replaces any log of this handle. No I/O.
  ///
  ///     kplane::WriteLog log;
  ///     plane.logged(log).apply(manifests);
  ///     kplane::Snapshot state = plane.settled_state(log);  // shows what was applied
  [[nodiscard]] Plane logged(const WriteLog& log) const;

  /// A state that includes your own writes: every type is synced, and it shows all writes to this plane that are in the
  /// log when the call begins, as far as `options.state.resources` includes their types. A state comes from the
  /// server's caches, which lag behind writes by some milliseconds, or more under load (contract §10); it is read
  /// again, after 2 ms and then less and less often, at least four times a second, until it has caught up. An object
  /// that somebody else has changed since counts as shown once its resource version is newer
  /// (compare_resource_versions()), and one that somebody else has deleted once it is absent; confirming that costs one
  /// more request. Writes to types that the state does not contain, such as those of CRDs that are not in
  /// StateOptions::listed_types, are ignored.
  /// @throws NotSynced; TimeoutError that names the missing writes; NotFound as at StateOptions::require_synced;
  /// otherwise as state()
  [[nodiscard]] Snapshot settled_state(const WriteLog& log, const SettleOptions& options = {}) const;
  /// The same without a log, for SettleOptions::quiet.
  [[nodiscard]] Snapshot settled_state(const SettleOptions& options = {}) const;

  /// Whether `/readyz` answers 200 now. One request, not retried; a plane that cannot be reached is not ready. This
  /// reports on the server process: a new plane's own objects may not exist yet (contract §10); wait_until_ready()
  /// waits for them. Blocks for at most ClientOptions::request_timeout.
  /// @throws Unauthorized, Forbidden, TlsError, CredentialError, which waiting does not fix; StoppedError
  [[nodiscard]] bool is_ready() const;

  /// Blocks until the plane is ready and bootstrapped: its system namespaces and RBAC roles exist, so it accepts
  /// writes. Polls after 50 ms, then less and less often, at least once a second. Each poll is one request, and two
  /// more small ones until this Client has seen the plane bootstrapped; an object that the credentials may not read
  /// counts as existing. An answer that cannot be decoded, such as a login page, counts as not ready.
  /// @throws TimeoutError that says what is missing; Unauthorized and Forbidden of `/readyz`, TlsError, CredentialError
  /// and StoppedError at once.
  void wait_until_ready(std::chrono::milliseconds timeout = std::chrono::minutes{2}, const StopToken& stop = {}) const;
  /// The same with all options.
  void wait_until_ready(const PlaneWaitOptions& options) const;

  /// The objects of one type: `plane.resource("v1", "pods")`, `plane.resource("apps/v1", "deployments")`. No I/O.
  /// @param plural as in the path, lower case
  /// @throws ConfigError when either is not valid in a path
  [[nodiscard]] Resource resource(std::string_view api_version, std::string_view plural) const;

  /// The objects of a type in a state: `plane.resource(*state.by_resource("pods"))`. A state has neither versions nor
  /// kinds, so they are discovered: two requests once per Client, and one per call for a type defined by a
  /// CustomResourceDefinition. @throws NotFound when the plane does not serve the type
  [[nodiscard]] Resource resource(const SnapshotResource& type) const;

  /// The same by kind, as in manifests: `plane.resource_of_kind("apps/v1", "Deployment")`. The types that the plane
  /// serves are discovered once and cached, and discovered again when the kind is missing, since types can be added.
  /// @throws NotFound when the plane does not serve that kind
  [[nodiscard]] Resource resource_of_kind(std::string_view api_version, std::string_view kind) const;

  /// Applies a set by server-side apply: namespaces and CRDs first, then, once the CRDs are established, the others in
  /// order. Blocks until the last object is done or ManifestOptions::timeout (two minutes by default) has passed;
  /// objects not done by then fail with TimeoutError. An object that fails does not stop the others.
  /// Manifests::from_file() reads a YAML file into a set. @throws ConfigError; all else is in the results
  ManifestResults apply(const Manifests& manifests,
                        const ManifestOptions& options = {}) const;  // <kplane/manifests.hpp>
  /// Deletes the objects of a set, in the reverse order of apply(), each with Propagation::background, so that apply()
  /// works again afterwards. A Namespace of the set is removed as by remove_namespace(), with all its contents. Objects
  /// that are only marked for deletion are finished at the end: after ManifestOptions::controller_wait, pods are
  /// deleted with no grace period and finalizers are cleared according to ManifestOptions::finalizers. An object that
  /// remains has the outcome `lingers`. Timeouts and errors as for apply().
  ManifestResults remove(const Manifests& manifests, const ManifestOptions& options = {}) const;

  /// The objects of a state as a set that another plane accepts, in an order in which they can be created:
  /// Client::apply() can thus fork one live plane into many, after which diff() finds no difference between them. Left
  /// out are fields that the server sets, including its label `multicluster.k8s.io/cluster` (contract §10), objects
  /// that every plane has by itself, Events, Leases, and objects marked for deletion. Statuses are included, as
  /// manifests of the subresource. Custom objects are included if the state has them: see StateOptions::listed_types.
  /// Changes to a plane's own system objects are not included; Client::restore() of a Baseline carries those over as
  /// well. The set contains Secrets: do not log it.
  /// Cost: two requests, once per Client, for the types' versions and kinds; parses each object.
  /// @throws NotFound for a type that the plane does not serve; ConfigError for a state in Go's internal layout
  [[nodiscard]] Manifests manifests(const Snapshot& state,
                                    const ForkOptions& options = {}) const;  // <kplane/manifests.hpp>

  /// Removes a namespace with everything in it, of any type, so that it can be created again. On a plane without
  /// controllers (contract §9) a deleted namespace stays `Terminating`; this call deletes its contents, custom objects
  /// included, gives controllers options.controller_wait, then deletes the remaining pods with no grace period, clears
  /// finalizers, and finalizes the namespace once it is empty. A namespace that is already being deleted is finished in
  /// the same way. The call may be interrupted at any point and repeated, with the same result. The client needs
  /// permission to list and delete all types, to update `namespaces/finalize` and to list CustomResourceDefinitions.
  /// Cost: about 80 sequential requests: each type is listed twice, or once if controller_wait is 0 and the namespace
  /// is empty.
  /// @return whether it is gone, and otherwise what blocks it: finalizers that are not Kubernetes' own
  /// @throws ConfigError for `default`, `kube-system` and `kube-public`, which cannot be deleted; Forbidden;
  /// TimeoutError and StoppedError that report the progress
  NamespaceRemoval remove_namespace(std::string_view name, const RemoveNamespaceOptions& options = {}) const;

  /// Takes a Baseline of the plane as it is now, once its state has settled: restore() puts it back. First wait for the
  /// plane's bootstrap, with wait_until_ready(), and for your own writes. Blocks until every type is synced and the
  /// state has not changed for options.quiet. Cost: at least two states and one small request; three more once per
  /// Client.
  /// @throws TimeoutError that names the types not yet listed; ConfigError
  [[nodiscard]] Baseline baseline(const BaselineOptions& options = {}) const;

  /// Undoes all changes to the plane since its baseline was taken, or makes another plane of the same server equal to
  /// the baseline: added objects are deleted, removed ones are created again, changed ones are put back, including the
  /// status and whoever owns the fields. Works on a plane without controllers (contract §9): pods are deleted with no
  /// grace period, finalizers are cleared according to options.finalizers, namespaces are emptied and finalized. System
  /// objects are no exception: one that was deleted or changed is put back, and an object that the baseline does not
  /// have is deleted, even if it is marked as one of Kubernetes' own. Objects that the server itself keeps up to date
  /// are ignored.
  ///
  /// It may be interrupted at any point, even by the end of the process, and called again, with the same result.
  /// Objects that it recreates are new objects to Kubernetes, with new uids. An object that conflicts with another one,
  /// such as a Service whose IP is now taken, may not come back as it was: NotPristine reports it.
  ///
  /// Cost: two states, and for each object that differs one request, or two for its status or finalizers. Independent
  /// requests run concurrently: an episode with a few changes takes three to five round trips, an object with
  /// finalizers one more, a namespace three more.
  /// @return what was undone @throws NotPristine with the remaining differences, when something cannot be undone or the
  /// timeout expires; ConfigError for a baseline of another server version; StoppedError; Forbidden
  RestoreResult restore(const Baseline& baseline,
                        const RestoreOptions& options = {}) const;  // <kplane/restore_result.hpp>

  /// Throws unless the plane equals its baseline. Cost: one state, and one list for each custom type.
  /// @throws NotPristine with the differences; ConfigError for a baseline of another server version; TimeoutError when
  /// the types are not synced in time
  void verify_pristine(const Baseline& baseline, const GetOptions& options = {}) const;

  /// Removes everything except system objects, as a restore() to a plane that has nothing else. It does not undo
  /// changes to system objects or recreate deleted ones; a restore() to a Baseline does. System objects are recognised
  /// by the labels and annotations that Kubernetes gives them, so whoever may write ClusterRoles can create one that
  /// survives; restore() deletes those too. Events stay until they expire.
  /// @return what was removed @throws NotPristine with what could not be removed; StoppedError; Forbidden
  RestoreResult purge(const PurgeOptions& options = {}) const;  // <kplane/restore_result.hpp>

  /// A kubeconfig for this plane, in the form that the kplane CLI writes: context, cluster and user are named
  /// `kplane-ID`. It contains what the client itself uses: the CA, the default namespace, and the current credentials
  /// in plain text, so do not log it; not the environment's proxies. A token that is rotated or expires stops working
  /// eventually. kubectl sends credentials over https only. Reads credential files; runs an exec plugin if its
  /// credential has expired.
  /// @throws ConfigError when the CA's file cannot be read; CredentialError, StoppedError
  [[nodiscard]] std::string kubeconfig() const;

  /// Writes kubeconfig() to a file of mode 0600, atomically, replacing an existing file. A symbolic link is replaced,
  /// not followed. @throws as kubeconfig(); ConfigError when the file cannot be written
  void write_kubeconfig(const std::string& path) const;

  /// A kubeconfig with its own account inside this plane, for an agent that must not see the Client's credentials. One
  /// request looks up the role, then three create a ServiceAccount, its binding to the role, and a token; these three
  /// are retried only after a 429, and after a 404 for a namespace that is still being created, when nothing was done.
  /// Where no controller fills aggregated roles such as `edit`, two more list the ClusterRoles and create a copy of the
  /// role's effective rules: see AgentOptions::role. If a request fails, whatever was created before is removed again,
  /// if the server can be reached. A new plane gets its roles and the namespace `default` shortly after its first
  /// access: AgentOptions::bootstrap_timeout bounds the wait for them. A real server's authorizer may notice the
  /// binding with a slight delay, and answer Forbidden until then.
  /// @throws ConfigError when an option is invalid; NotFound when there is no such role or namespace; RoleError when
  /// the role grants no rights; Forbidden when the Client may not read ClusterRoles or may not grant these rights;
  /// AlreadyExists when AgentOptions::name is taken; Invalid when the server rejects the ttl
  [[nodiscard]] AgentKubeconfig agent_kubeconfig(const AgentOptions& options = {}) const;

  /// The same as a file, which is removed at scope exit together with what was created in the plane.
  /// @throws as agent_kubeconfig(); ConfigError when the file cannot be written
  [[nodiscard]] ScopedAgentKubeconfig scoped_agent_kubeconfig(const AgentOptions& options = {}) const;

  /// Sends any HTTP request below this plane. Blocks for at most Request::timeout.
  /// @throws ConfigError when the request is malformed; ApiError for a status of 300 or above.
  Response request(const Request& request) const;

 private:
  friend struct detail::PlaneAccess;
  explicit Plane(std::shared_ptr<const detail::PlaneEndpoint> endpoint) noexcept;

  detail::Handle<const detail::PlaneEndpoint> endpoint_;
};

}  // namespace kplane
