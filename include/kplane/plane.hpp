// Plane: a handle on one virtual control plane.
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
  /// Waits for the plane's own bootstrap too. False: for `/readyz` alone, which reports on the server's process.
  bool bootstrapped = true;
  StopToken stop{};  ///< ends the wait early; see StopToken
};

/// One virtual control plane, by its ID. The server creates a plane on first access, so a mistyped ID makes a new
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
  /// The URL under which any Kubernetes client can use this plane: `…/clusters/ID/control-plane`.
  [[nodiscard]] const std::string& base_url() const& noexcept;
  [[nodiscard]] std::string base_url() &&;
  /// The namespace of objects that name none, in apply() and in Resource's create(), replace() and apply(), and of an
  /// agent's account: PlaneOptions::ns, or else ClientOptions::ns, or else `default`. A Client's is
  /// that of its kubeconfig's context, and in a pod that of the pod.
  [[nodiscard]] const std::string& default_namespace() const& noexcept;
  [[nodiscard]] std::string default_namespace() &&;

  /// Everything in the plane, in one round trip. Blocks until the answer is there or the deadline passed.
  /// @throws ConfigError when a resource name is not one; NotFound when the server serves no state at all, or as
  /// StateOptions::require_synced says; NotSynced;
  /// MisroutedError when the answer is another plane's state.
  [[nodiscard]] Snapshot state(const StateOptions& options = {}) const;

  /// The objects of one resource type only: `plane.state("pods")`.
  template <class Text, class = std::enable_if_t<std::is_convertible_v<const Text&, std::string_view>>>
  [[nodiscard]] Snapshot state(const Text& resource) const {
    StateOptions options;
    options.resources.emplace_back(std::string_view(resource));
    return state(options);
  }

  /// The same plane, whose writes `log` takes note of: those of this handle, and of the Resources that come from it. A
  /// log that it had before takes none any more. No I/O.
  ///
  ///     kplane::WriteLog log;
  ///     plane.logged(log).apply(manifests);
  ///     kplane::Snapshot state = plane.settled_state(log);  // shows what was applied
  [[nodiscard]] Plane logged(const WriteLog& log) const;

  /// A state that may be trusted: every type is synced, and it shows all writes to this plane that are in the log when
  /// the call begins, as far as `options.state.resources` asks for their types. A state is a server's caches, which lag
  /// behind writes by some milliseconds, or by more when it is busy (contract §10); it is read again, after 2 ms and
  /// then less and less often, at least four times a second, until it has caught up. What somebody else has changed
  /// since counts as shown by a newer resource version (compare_resource_versions()), or, where it has been deleted,
  /// by its absence; that costs one more request. Writes to types that the state does not have, such as those of CRDs
  /// that StateOptions::listed_types does not name, are passed over.
  /// @throws NotSynced, TimeoutError that names what is not shown; NotFound as StateOptions::require_synced; otherwise
  /// as state()
  [[nodiscard]] Snapshot settled_state(const WriteLog& log, const SettleOptions& options = {}) const;
  /// The same without a log: for SettleOptions::quiet.
  [[nodiscard]] Snapshot settled_state(const SettleOptions& options = {}) const;

  /// Whether `/readyz` answers 200 now. A plane that cannot be reached is not ready; one request, not retried. This
  /// reports on the server's process: a new plane's own objects may not exist yet (contract §10); wait_until_ready()
  /// waits for them.
  /// Blocks for at most ClientOptions::request_timeout.
  /// @throws Unauthorized, Forbidden, TlsError, CredentialError: what waiting does not fix; StoppedError
  [[nodiscard]] bool is_ready() const;

  /// Returns as soon as is_ready() and the plane is bootstrapped: its system namespaces and RBAC roles are there, so
  /// that it can be written to. Asks after 50 ms, then less and less often, at least once a second. Costs a request,
  /// and two small ones more until this Client has seen the plane bootstrapped; where the credentials may not read a
  /// namespace or a ClusterRoleBinding, that counts as there. An answer that cannot be read, such as a login page,
  /// counts as not ready yet.
  /// @throws TimeoutError that says what is missing; at once Unauthorized, Forbidden (by `/readyz`), TlsError,
  /// CredentialError, StoppedError.
  void wait_until_ready(std::chrono::milliseconds timeout = std::chrono::minutes{2}, const StopToken& stop = {}) const;
  /// The same with all options.
  void wait_until_ready(const PlaneWaitOptions& options) const;

  /// The objects of one type: `plane.resource("v1", "pods")`, `plane.resource("apps/v1", "deployments")`. No I/O.
  /// @param plural as in the path, lower case
  /// @throws ConfigError when one of them is not valid in a path
  [[nodiscard]] Resource resource(std::string_view api_version, std::string_view plural) const;

  /// The objects of a type that a state holds: `plane.resource(*state.by_resource("pods"))`. A state says neither
  /// version nor kind, so discovery does: two requests, once for each Client, and one for each call where the type is
  /// that of a CustomResourceDefinition. @throws NotFound when the plane does not serve the type
  [[nodiscard]] Resource resource(const SnapshotResource& type) const;

  /// The same by kind, as manifests name it: `plane.resource_of_kind("apps/v1", "Deployment")`. What the plane serves
  /// is discovered once and cached; discovered again when the kind is missing, since types can be added.
  /// @throws NotFound when the plane does not serve that kind
  [[nodiscard]] Resource resource_of_kind(std::string_view api_version, std::string_view kind) const;

  /// Applies a set by server-side apply: namespaces and CRDs first, then, once the CRDs are established, the others in
  /// their order. Blocks until the last object is done, or ManifestOptions::timeout passed: two minutes, unless it says
  /// otherwise; what is not done by then failed with TimeoutError. An object that fails does not stop the others. Whole
  /// YAML files become one set with Manifests::from_file(). @throws ConfigError; all else is in the results
  ManifestResults apply(const Manifests& manifests,
                        const ManifestOptions& options = {}) const;  // <kplane/manifests.hpp>
  /// Deletes the objects of a set, in the reverse order of apply(), each with Propagation::background, so that apply()
  /// works again afterwards. A Namespace of the set goes as by remove_namespace(), with everything that is in it.
  /// Objects that are only marked for deletion are finished at the end: after ManifestOptions::controller_wait, pods
  /// are ended and finalizers cleared as ManifestOptions::finalizers says. An object that still stays has the outcome
  /// `lingers`. Time
  /// limits and errors as of apply().
  ManifestResults remove(const Manifests& manifests, const ManifestOptions& options = {}) const;

  /// The objects of a state as a set that another plane accepts, in an order in which they can be made: one live plane
  /// can so be forked into many with Client::apply(), after which diff() finds no difference between them. Without what
  /// the server sets itself, its label `multicluster.k8s.io/cluster` included (contract §10); without what every plane
  /// has by itself, Events, Leases, and objects that are marked for deletion. Status that somebody wrote is in it, as
  /// manifests of the subresource. Objects of custom types are in it as far as the state has them: see
  /// StateOptions::listed_types. What was changed or removed of a plane's own system objects is not: Client::restore()
  /// of a Baseline carries that over as well. Secrets are in it: do not log it.
  /// Cost: two requests, once for each Client, for the types' versions and kinds; parses each object.
  /// @throws NotFound for a type that the plane does not serve; ConfigError for a state in Go's internal layout
  [[nodiscard]] Manifests manifests(const Snapshot& state,
                                    const ForkOptions& options = {}) const;  // <kplane/manifests.hpp>

  /// Removes a namespace with everything in it, of whatever type, so that it can be made again. On a plane without
  /// controllers (contract §9) a deleted namespace stays `Terminating`; this deletes what is in it, custom objects
  /// included, gives controllers options.controller_wait, then ends pods, clears finalizers, and finalizes the
  /// namespace once nothing is in it any more. One that is being deleted already is finished in the same way. It may be
  /// interrupted anywhere and called again, with the same result. The client needs the rights to list and delete all
  /// types, to update `namespaces/finalize` and to list CustomResourceDefinitions. Cost: some 80 requests, one after
  /// the other: each type is listed twice, or once without controller_wait where nothing is in the namespace.
  /// @return whether it is gone, and otherwise what holds it: finalizers that are not Kubernetes' own
  /// @throws ConfigError for `default`, `kube-system` and `kube-public`, which cannot be deleted; Forbidden;
  /// TimeoutError and StoppedError that say how far it has come
  NamespaceRemoval remove_namespace(std::string_view name, const RemoveNamespaceOptions& options = {}) const;

  /// The plane as it is now, once its state has settled: what restore() puts back. Wait for the plane's own bootstrap
  /// first, with wait_until_ready(), and for your own writes. Blocks until every type is synced and the state was the
  /// same for options.quiet. Cost: two states and one small request or more; three more once for each Client.
  /// @throws TimeoutError that says what has not been listed; ConfigError
  [[nodiscard]] Baseline baseline(const BaselineOptions& options = {}) const;

  /// Undoes what was done to the plane since its baseline was taken, or, on another plane of the same server, makes it
  /// the same: objects that were added go, those that were removed are made again, those that were changed are put
  /// back, whoever owns the fields, the status included. Works on a plane without controllers (contract §9): pods end
  /// at once, finalizers are taken as options.finalizers says, namespaces are emptied and finalized. System objects are
  /// no exception: one that was deleted or changed is put back, and an object that the baseline does not have goes,
  /// whatever marker of Kubernetes it has. What the server keeps up to date by itself all the time does not count.
  ///
  /// It may be broken off anywhere, also by the end of the process, and called again, with the same result. What it
  /// makes again is another object to Kubernetes: it has a new uid. An object whose place is taken, such as a Service
  /// whose IP another one got, may not come back as it was: that is in the NotPristine.
  ///
  /// Cost: two states, and for each object that differs one request, or two: its status, or its finalizers. Requests
  /// that do not depend on each other are made at the same time: an episode of a few changes takes three to five round
  /// trips; an object with finalizers one more, a namespace three more.
  /// @return what was undone @throws NotPristine with what is left, when something cannot be undone or the time is up;
  /// ConfigError for a baseline of another server version; StoppedError; Forbidden
  RestoreResult restore(const Baseline& baseline,
                        const RestoreOptions& options = {}) const;  // <kplane/restore_result.hpp>

  /// Whether the plane is as its baseline: one state, and one list for each custom type.
  /// @throws NotPristine with what differs; ConfigError for a baseline of another server version; TimeoutError when the
  /// types are not synced in time
  void verify_pristine(const Baseline& baseline, const GetOptions& options = {}) const;

  /// Removes everything that a fresh plane does not have, whatever was made in it: as restore() to a plane of which
  /// nothing but its system objects is left. What was changed or deleted of these stays so: a fresh plane alone has
  /// them again, or a restore() to its Baseline. They are told by the markers that Kubernetes gives them, each on the
  /// types that it uses it for: who may write ClusterRoles can so make one that stays. restore() leaves none behind.
  /// Events stay until they expire.
  /// @return what was removed @throws NotPristine with what could not be removed
  RestoreResult purge(const PurgeOptions& options = {}) const;  // <kplane/restore_result.hpp>

  /// A kubeconfig for this plane, as the kplane CLI writes it: context, cluster and user are named `kplane-ID`. It
  /// holds what the client itself uses: the CA, the default namespace, and the credentials as they are now, in the
  /// clear, so do not log it; not the environment's proxies. A token that rotates or expires becomes invalid
  /// eventually. kubectl sends credentials over https only. Reads credential files; runs an exec plugin where its
  /// credential has expired.
  /// @throws ConfigError when the CA's file cannot be read; CredentialError, StoppedError
  [[nodiscard]] std::string kubeconfig() const;

  /// Writes kubeconfig() to a file of mode 0600, which appears whole or not at all, in place of what was there. A
  /// symbolic link is replaced, not followed. @throws as kubeconfig(); ConfigError when the file cannot be written
  void write_kubeconfig(const std::string& path) const;

  /// A kubeconfig with an account of its own inside this plane, for an agent that must not see the Client's
  /// credentials. One request looks the role up, then three make a ServiceAccount, its binding to the role, and a
  /// token; none of the three is repeated, but after a 429, and after a 404 of a namespace that is still being made,
  /// by which nothing was done. Where no controller fills aggregated roles such as `edit`, two more list the
  /// ClusterRoles and copy what the role adds up to: see AgentOptions::role. What was made before one of them failed is
  /// removed again, as far as the server can be reached.
  /// A new plane gets its roles and `default` a moment after it was first asked for: AgentOptions::bootstrap_timeout
  /// says for how long they are waited for. A real server's authorizer may learn of the binding only a moment later,
  /// and answer Forbidden until then.
  /// @throws ConfigError when an option is wrong; NotFound when there is no such role or namespace; RoleError when the
  /// role gives no rights; Forbidden when the Client may not read ClusterRoles, or not give these rights; AlreadyExists
  /// when AgentOptions::name is taken; Invalid when the server does not take the ttl
  [[nodiscard]] AgentKubeconfig agent_kubeconfig(const AgentOptions& options = {}) const;

  /// The same as a file, which is removed at scope exit with all that was made in the plane.
  /// @throws as agent_kubeconfig(); ConfigError when the file cannot be written
  [[nodiscard]] ScopedAgentKubeconfig scoped_agent_kubeconfig(const AgentOptions& options = {}) const;

  /// Any HTTP call below this plane.
  /// @throws ConfigError when the request is malformed; ApiError for a status of 300 or above.
  Response request(const Request& request) const;

 private:
  friend struct detail::PlaneAccess;
  explicit Plane(std::shared_ptr<const detail::PlaneEndpoint> endpoint) noexcept;

  detail::Handle<const detail::PlaneEndpoint> endpoint_;
};

}  // namespace kplane
