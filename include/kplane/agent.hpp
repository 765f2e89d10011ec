// AgentKubeconfig and ScopedAgentKubeconfig: a plane handed to an agent, with an account of the agent's own.
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

/// A ClusterRole that would grant an agent nothing: it has no rules, and aggregates none; or so many that no role can
/// hold them. Nothing was created for the agent.
class KPLANE_API RoleError : public detail::ErrorMixin<RoleError, Error> {
 public:
  /// @param message what what() returns
  explicit RoleError(const std::string& message) : ErrorMixin(message, false) {}
};

/// What an agent may do, and for how long. A plain aggregate: use designated initialisers.
struct AgentOptions {
  /// How long the token is valid. Kubernetes refuses less than 10 minutes (Invalid) and may shorten a very long time:
  /// AgentKubeconfig::expires_at() says what was granted.
  std::chrono::seconds ttl{3'600};
  /// A ClusterRole of the plane: `view`, `edit`, `admin`, `cluster-admin` or one of your own. The agent gets the rights
  /// that its name promises also where no controller fills aggregated roles, as in kplane's planes (contract §9): what
  /// `edit` selects by its `aggregationRule` is then copied into a Role of the account's own (a ClusterRole with
  /// `cluster_wide`, or where rules name URLs), of the account's name. The copy does not follow later changes.
  /// The Client needs the rights to get and list ClusterRoles, and to give such rights: all of them, or the verbs
  /// `bind` and, for a copy, `escalate` (Kubernetes docs: RBAC, "Privilege escalation prevention").
  std::string role = "edit";
  std::string ns{};           ///< where the account lives, and what the kubeconfig says for objects that name none;
                              ///< empty: Plane::default_namespace()
  bool cluster_wide = false;  ///< the role holds in the whole plane; otherwise in `ns` only
  std::string name{};  ///< of the account, its binding and its role; empty: `kplane-agent-` and random characters
  /// How long to wait for the role and the namespace of a plane that is still being bootstrapped (contract §10). A name
  /// that is absent from a bootstrapped plane is refused at once. 0: no wait
  std::chrono::milliseconds bootstrap_timeout{10'000};
  StopToken stop{};  ///< ends the call early, with StoppedError; what was made by then is removed
};

/// A kubeconfig for one plane with an account of its own: a ServiceAccount, its binding to a role (of its own where the
/// plane does not fill the one that was asked for), and a short-lived token, all inside that plane. None of the
/// Client's own credentials is in it, but for a password in ClientOptions::proxy, without which the server could not be
/// reached. Made by Plane::agent_kubeconfig().
///
/// Nothing is removed until remove() is called: ScopedAgentKubeconfig does that at scope exit.
///
/// Thread safety: immutable; may be used and copied from any thread.
/// Cost: copying is a reference count. It may outlive the Plane and the Client.
class KPLANE_API AgentKubeconfig {
 public:
  /// There is no cheaper way to move: a moved-from one is still whole.
  AgentKubeconfig(const AgentKubeconfig&) noexcept = default;
  AgentKubeconfig& operator=(const AgentKubeconfig&) noexcept = default;
  ~AgentKubeconfig() = default;

  /// The kubeconfig, YAML. It holds the token: do not log it.
  [[nodiscard]] const std::string& text() const& noexcept;
  [[nodiscard]] std::string text() &&;
  /// The name of the ServiceAccount, of its binding, and of its role if it has one of its own.
  [[nodiscard]] const std::string& account() const& noexcept;
  [[nodiscard]] std::string account() &&;
  /// The namespace of the ServiceAccount.
  [[nodiscard]] const std::string& ns() const& noexcept;
  [[nodiscard]] std::string ns() &&;
  /// When the token ends by itself, by the server's clock.
  [[nodiscard]] std::chrono::system_clock::time_point expires_at() const noexcept;

  /// Removes the account, the binding, and the role if it has one of its own. The token ends with the account, on real
  /// servers up to 10 s later: they cache what they found a token to be (contract §9). Does nothing when they are gone
  /// already, and does not touch what others created under the same name since. Blocks for at most three times the
  /// client's request timeout; done even when a stop was requested.
  /// @throws TransportError, ApiError, DecodeError, CredentialError; it may then be tried again
  void remove() const;

 private:
  friend class Plane;
  friend class ScopedAgentKubeconfig;
  explicit AgentKubeconfig(std::shared_ptr<const detail::AgentAccount> account) noexcept;

  std::shared_ptr<const detail::AgentAccount> account_;
};

/// An AgentKubeconfig as a file, for programs that read `$KUBECONFIG`. The file, the account and what gives it rights
/// are removed at scope exit, also when an exception passes. The token ends as AgentKubeconfig::remove() says. The
/// destructor blocks for at most three times the client's request timeout and never throws; call close() to learn
/// whether the removal worked. Made by Plane::scoped_agent_kubeconfig().
///
/// Thread safety: one thread at a time. Move-only.
class KPLANE_API ScopedAgentKubeconfig {
 public:
  /// Takes the ownership over; `other` owns nothing then.
  ScopedAgentKubeconfig(ScopedAgentKubeconfig&& other) noexcept;
  /// Removes what was held before.
  ScopedAgentKubeconfig& operator=(ScopedAgentKubeconfig&& other) noexcept;
  ScopedAgentKubeconfig(const ScopedAgentKubeconfig&) = delete;
  ScopedAgentKubeconfig& operator=(const ScopedAgentKubeconfig&) = delete;
  ~ScopedAgentKubeconfig();

  /// The file, of mode 0600, named `kubeconfig`; alone in a new directory of mode 0700 in `$TMPDIR` or `/tmp`. The
  /// directory is removed with all that the agent put into it. Empty once moved from or closed. The file is readable by
  /// this process's user alone: for an agent of another user or in a container, Plane::agent_kubeconfig() gives text.
  [[nodiscard]] const std::string& path() const& noexcept { return path_; }
  std::string path() && = delete;  ///< the file of a temporary is gone at once
  /// The name of the ServiceAccount, of its binding, and of its role if it has one of its own.
  [[nodiscard]] const std::string& account() const& noexcept;
  [[nodiscard]] std::string account() &&;
  /// The namespace of the ServiceAccount.
  [[nodiscard]] const std::string& ns() const& noexcept;
  [[nodiscard]] std::string ns() &&;
  /// When the token ends by itself, by the server's clock.
  [[nodiscard]] std::chrono::system_clock::time_point expires_at() const noexcept;

  /// Removes all of it now, and reports the errors that the destructor would swallow. Does nothing when it is closed
  /// already.
  /// @throws ConfigError when the directory cannot be removed; TransportError, ApiError, DecodeError, CredentialError.
  /// All of it was then tried, and what is left is still owned, so close() may be tried again.
  void close();

  /// Gives up the ownership: neither the file nor the account will be removed. @return what can still remove the
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
  bool owned_ = true;
};

}  // namespace kplane
