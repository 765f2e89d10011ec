// Kubeconfigs that hand one plane to an agent under a ServiceAccount of its own.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <kplane/error.hpp>
#include <kplane/export.hpp>
#include <kplane/stop.hpp>

namespace kplane {

class Plane;

namespace detail {
struct AgentAccount;
}  // namespace detail

/// The ClusterRole cannot be used for an agent: it has no rules and aggregates none, or it adds up to more rules than
/// one role can hold. Nothing was created.
class KPLANE_API RoleError : public detail::ErrorMixin<RoleError, Error> {
 public:
  /// @param message what what() returns
  explicit RoleError(const std::string& message) : ErrorMixin(message, false) {}
};

/// What an agent may do, and for how long. A plain aggregate: use designated initialisers.
struct AgentOptions {
  /// How long the token is valid. Kubernetes rejects less than 10 minutes (Invalid) and may shorten a very long
  /// lifetime: AgentKubeconfig::expires_at() says what was granted.
  std::chrono::seconds ttl{3'600};
  /// A ClusterRole of the plane: `view`, `edit`, `admin`, `cluster-admin` or one of your own. The agent gets the rights
  /// that the role's name promises even where no controller fills aggregated roles, as in kplane's planes (contract
  /// §9): the rules that the role's `aggregationRule` selects are then copied into a Role (a ClusterRole with
  /// `cluster_wide`, or when rules name URLs) that has the account's name. The copy does not follow later changes. The
  /// Client needs permission to get and list ClusterRoles and to grant these rights: it must hold all of them itself,
  /// or have the verbs `bind` and, for a copy, `escalate` (Kubernetes docs: RBAC, "Privilege escalation prevention").
  std::string role = "edit";
  std::string ns{};           ///< the account's namespace, and the default namespace in the kubeconfig;
                              ///< empty: Plane::default_namespace()
  bool cluster_wide = false;  ///< the role applies to the whole plane; otherwise to `ns` only
  std::string name{};  ///< of the account, its binding and its role; empty: `kplane-agent-` and random characters
  /// How long to wait for the role and the namespace while the plane is still being bootstrapped (contract §10). If the
  /// plane is bootstrapped and lacks one of them, the call fails at once. 0: do not wait
  std::chrono::milliseconds bootstrap_timeout{10'000};
  StopToken stop{};  ///< ends the call early, with StoppedError; what was created by then is removed
};

/// A kubeconfig for one plane with an account of its own: a ServiceAccount, its binding to a role (a copy where the
/// plane does not fill aggregated roles), and a short-lived token, all inside that plane. It contains none of the
/// Client's own credentials except a password in ClientOptions::proxy, without which the server could not be reached.
/// Made by Plane::agent_kubeconfig().
///
/// Nothing is removed until remove() is called; ScopedAgentKubeconfig calls it at scope exit.
///
/// Thread safety: immutable; may be used and copied from any thread.
/// Cost: copying is a reference count. It may outlive the Plane and the Client.
class KPLANE_API AgentKubeconfig {
 public:
  /// A move is a copy: the moved-from object stays usable.
  AgentKubeconfig(const AgentKubeconfig&) noexcept = default;
  AgentKubeconfig& operator=(const AgentKubeconfig&) noexcept = default;
  ~AgentKubeconfig() = default;

  /// The kubeconfig as YAML. It contains the token: do not log it.
  [[nodiscard]] const std::string& text() const& noexcept;
  [[nodiscard]] std::string text() &&;
  /// The name of the ServiceAccount, of its binding, and of its role if one was created.
  [[nodiscard]] const std::string& account() const& noexcept;
  [[nodiscard]] std::string account() &&;
  /// The namespace of the ServiceAccount.
  [[nodiscard]] const std::string& ns() const& noexcept;
  [[nodiscard]] std::string ns() &&;
  /// When the token expires, by the server's clock.
  [[nodiscard]] std::chrono::system_clock::time_point expires_at() const noexcept;

  /// Removes the account, the binding, and the role if one was created. The token becomes invalid with the account, on
  /// real servers up to 10 s later because they cache authentication results (contract §9). Does nothing when they are
  /// already gone, and leaves alone what others have since created under the same name. Blocks for at most three times
  /// the client's request timeout; runs even after a stop was requested.
  /// @throws TransportError, ApiError, DecodeError, CredentialError; it may then be called again
  void remove() const;

 private:
  friend class Plane;
  friend class ScopedAgentKubeconfig;
  explicit AgentKubeconfig(std::shared_ptr<const detail::AgentAccount> account) noexcept;

  std::shared_ptr<const detail::AgentAccount> account_;
};

/// An AgentKubeconfig as a file, for programs that read `$KUBECONFIG`. The file, the account, its binding and its role
/// are removed at scope exit, including on an exception. The token becomes invalid as described at
/// AgentKubeconfig::remove(). The destructor blocks for at most three times the client's request timeout and never
/// throws; call close() to learn whether the removal worked. In a forked child it does nothing: what it stands for is
/// its parent's. Made by Plane::scoped_agent_kubeconfig().
///
/// Thread safety: one thread at a time. Move-only.
class KPLANE_API ScopedAgentKubeconfig {
 public:
  /// Takes ownership; `other` then owns nothing.
  ScopedAgentKubeconfig(ScopedAgentKubeconfig&& other) noexcept;
  /// Removes what this object owned before.
  ScopedAgentKubeconfig& operator=(ScopedAgentKubeconfig&& other) noexcept;
  ScopedAgentKubeconfig(const ScopedAgentKubeconfig&) = delete;
  ScopedAgentKubeconfig& operator=(const ScopedAgentKubeconfig&) = delete;
  ~ScopedAgentKubeconfig();

  /// The path of the file, named `kubeconfig` and of mode 0600, in a new directory of mode 0700 under `$TMPDIR` or
  /// `/tmp`. The directory is removed with everything the agent put into it. Empty once moved from or closed. Only this
  /// process's user can read the file: for an agent that runs as another user or in a container, use the text of
  /// Plane::agent_kubeconfig().
  [[nodiscard]] const std::string& path() const& noexcept { return path_; }
  std::string path() && = delete;  ///< a temporary's file would be gone at once
  /// The name of the ServiceAccount, of its binding, and of its role if one was created.
  [[nodiscard]] const std::string& account() const& noexcept;
  [[nodiscard]] std::string account() &&;
  /// The namespace of the ServiceAccount.
  [[nodiscard]] const std::string& ns() const& noexcept;
  [[nodiscard]] std::string ns() &&;
  /// When the token expires, by the server's clock.
  [[nodiscard]] std::chrono::system_clock::time_point expires_at() const noexcept;

  /// Removes everything now and reports the errors that the destructor would swallow. Does nothing if already closed.
  /// @throws ConfigError when the directory cannot be removed; TransportError, ApiError, DecodeError, CredentialError.
  /// Every step has then been tried, and what is left is still owned, so close() may be called again.
  void close();

  /// Gives up ownership: neither the file nor the account will be removed. @return a handle that can still remove the
  /// account
  AgentKubeconfig release() noexcept;

 private:
  friend class Plane;
  explicit ScopedAgentKubeconfig(const AgentKubeconfig& agent) noexcept;
  void write_file();
  void remove_quietly() noexcept;

  AgentKubeconfig agent_;
  std::string directory_;
  std::string path_;
  int process_;  // that owns it
  bool owned_ = true;
};

}  // namespace kplane
