// AgentAccount: the service account of an agent in a plane, with its bindings; removed as a whole.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <kplane/agent.hpp>
#include <kplane/resource.hpp>

#include "agent/agent_objects.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// One object that is made for an agent, and removed only where it is that very object.
class AgentObject {
 public:
  /// No I/O. @param resource of its type, in its namespace
  AgentObject(Resource resource, AgentNames agent);

  /// Does not wait for a namespace that is still being made. @throws AlreadyExists when something has that name
  void create(const std::string& object, const StopToken& stop);
  /// Done even when a stop was requested. Does nothing unless create() was called, whatever came of that.
  /// @throws TransportError, ApiError
  void remove() const;

 private:
  [[nodiscard]] std::string find_uid() const;

  Resource resource_;
  AgentNames agent_;
  bool may_exist_ = false;
  std::string uid_;  ///< empty: not known, because the answer to create() was lost
};

struct AgentAccount {
  AgentNames agent;
  AgentObject account;
  AgentObject binding;
  std::optional<AgentObject> role{};  ///< of the account's own, where the plane does not fill the one asked for
  std::string kubeconfig{};
  std::chrono::system_clock::time_point expires_at{};

  /// All of them: one that cannot be removed does not keep the others. @throws what the first of those failed with
  void remove() const;
};

/// Looks the role up, and makes the account, its binding and its token: four requests; two more where the account needs
/// a role of its own. What was made before a failure is removed again.
/// @throws ConfigError, RoleError, TransportError, ApiError, DecodeError, StoppedError
[[nodiscard]] std::shared_ptr<const AgentAccount> make_agent_account(
    const std::shared_ptr<const PlaneEndpoint>& endpoint, const AgentOptions& options);

}  // namespace kplane::detail
