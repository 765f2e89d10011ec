// Plane: a handle on one virtual control plane.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include <kplane/agent.hpp>
#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/manifest_options.hpp>
#include <kplane/namespace_removal.hpp>
#include <kplane/request.hpp>
#include <kplane/resource.hpp>
#include <kplane/settle_options.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>
#include <kplane/stop.hpp>
#include <kplane/write_log.hpp>

namespace kplane {

class ManifestResults;
class Manifests;

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

  /// The same plane, whose writes `log` takes note of: those of this handle, and of the Resources that come from it. No
  /// I/O.
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
  /// by its absence; that costs one more request. Types of CRDs stand in no state: writes to them are passed over.
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
