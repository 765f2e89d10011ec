// An agent's service account in a plane, with its bindings; removed as a whole.
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

/// One object created for an agent. remove() only ever removes that object, not another one of its name.
class AgentObject {
 public:
  /// No I/O. @param resource the object's type, in its namespace
  AgentObject(Resource resource, AgentNames agent);

  /// Does not wait for a namespace that is still being created. @throws AlreadyExists when the name is taken
  void create(const std::string& object, const StopToken& stop);
  /// Runs even after a stop was requested. Does nothing unless create() was called, whatever its result.
  /// @throws TransportError, ApiError
  void remove() const;

 private:
  [[nodiscard]] std::string find_uid() const;

  Resource resource_;
  AgentNames agent_;
  bool may_exist_ = false;
  std::string uid_;  ///< empty: unknown, because the answer to create() was lost
};

struct AgentAccount {
  AgentNames agent;
  AgentObject account;
  AgentObject binding;
  std::optional<AgentObject> role{};  ///< the account's own role, if the plane does not fill the requested one
  std::string kubeconfig{};
  std::chrono::system_clock::time_point expires_at{};

  /// Removes all of them, even if one fails. @throws the first error
  void remove() const;
};

/// Looks up the role and creates the account, its binding and its token: four requests; two more if the account needs
/// its own role. What was created before a failure is removed again.
/// @throws ConfigError, RoleError, TransportError, ApiError, DecodeError, StoppedError
[[nodiscard]] std::shared_ptr<const AgentAccount> make_agent_account(
    const std::shared_ptr<const PlaneEndpoint>& endpoint, const AgentOptions& options);

}  // namespace kplane::detail
