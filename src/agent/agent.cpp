#include <kplane/agent.hpp>

#include <unistd.h>

#include <utility>

#include "agent/agent_account.hpp"
#include "base/error_mixin.hpp"
#include "config/private_file.hpp"

namespace kplane {

namespace detail {
template class ErrorMixin<RoleError, Error>;
}  // namespace detail

AgentKubeconfig::AgentKubeconfig(std::shared_ptr<const detail::AgentAccount> account) noexcept
    : account_(std::move(account)) {}

const std::string& AgentKubeconfig::text() const& noexcept { return account_->kubeconfig; }
std::string AgentKubeconfig::text() && { return account_->kubeconfig; }
const std::string& AgentKubeconfig::account() const& noexcept { return account_->agent.name; }
std::string AgentKubeconfig::account() && { return account_->agent.name; }
const std::string& AgentKubeconfig::ns() const& noexcept { return account_->agent.ns; }
std::string AgentKubeconfig::ns() && { return account_->agent.ns; }
std::chrono::system_clock::time_point AgentKubeconfig::expires_at() const noexcept { return account_->expires_at; }

void AgentKubeconfig::remove() const { account_->remove(); }

ScopedAgentKubeconfig::ScopedAgentKubeconfig(const AgentKubeconfig& agent) noexcept
    : agent_(agent), process_(::getpid()) {}

// The moved-from object keeps its handle, so that even misusing it is an ordinary call.
ScopedAgentKubeconfig::ScopedAgentKubeconfig(ScopedAgentKubeconfig&& other) noexcept
    : agent_(other.agent_),  // NOLINT(performance-move-constructor-init)
      directory_(std::exchange(other.directory_, {})),
      path_(std::exchange(other.path_, {})),
      process_(other.process_),
      owned_(std::exchange(other.owned_, false)) {}

ScopedAgentKubeconfig& ScopedAgentKubeconfig::operator=(ScopedAgentKubeconfig&& other) noexcept {
  if (this == &other) return *this;
  remove_quietly();
  agent_ = other.agent_;
  directory_ = std::exchange(other.directory_, {});
  path_ = std::exchange(other.path_, {});
  process_ = other.process_;
  owned_ = std::exchange(other.owned_, false);
  return *this;
}

ScopedAgentKubeconfig::~ScopedAgentKubeconfig() { remove_quietly(); }

const std::string& ScopedAgentKubeconfig::account() const& noexcept { return agent_.account(); }
std::string ScopedAgentKubeconfig::account() && { return agent_.account(); }
const std::string& ScopedAgentKubeconfig::ns() const& noexcept { return agent_.ns(); }
std::string ScopedAgentKubeconfig::ns() && { return agent_.ns(); }
std::chrono::system_clock::time_point ScopedAgentKubeconfig::expires_at() const noexcept { return agent_.expires_at(); }

void ScopedAgentKubeconfig::close() {
  if (!owned_) return;
  try {
    if (!directory_.empty()) config::remove_private_directory(directory_);
  } catch (const Error&) {
    agent_.remove();
    throw;
  }
  agent_.remove();
  owned_ = false;
  path_.clear();
}

AgentKubeconfig ScopedAgentKubeconfig::release() noexcept {
  owned_ = false;
  return agent_;
}

void ScopedAgentKubeconfig::write_file() {
  directory_ = config::make_private_directory("kplane-agent");
  path_ = directory_ + "/kubeconfig";
  config::write_private_file(path_, agent_.text());
}

void ScopedAgentKubeconfig::remove_quietly() noexcept {
  if (process_ != ::getpid()) return;  // a forked child has a copy
  try {
    close();
  } catch (...) {  // a destructor cannot report it; the observer has seen the attempts
    owned_ = false;
  }
}

}  // namespace kplane
