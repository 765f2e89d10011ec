// Examination: what the checks of one call of the doctor share.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/plane.hpp>
#include <kplane/request.hpp>

#include "cli/doctor/connection_probe.hpp"
#include "cli/output/json_output.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

/// What the Client's observer saw of the last request.
class Traffic {
 public:
  void note(const RequestEvent& event);
  [[nodiscard]] RequestEvent last() const;

 private:
  mutable std::mutex mutex_;
  RequestEvent last_;
};

/// Each check has its own deadline: every call of a check is given left() as its timeout.
class Examination {
 public:
  /// @param plane empty: the root plane is looked at @param deadline of each check
  /// @throws ConfigError
  Examination(const Session& session, const std::string& plane, std::chrono::milliseconds deadline);

  /// A check begins now.
  void begin_check() noexcept { ends_ = std::chrono::steady_clock::now() + deadline_; }
  /// What is left of the check's time, at least a millisecond.
  [[nodiscard]] std::chrono::milliseconds left() const noexcept;

  [[nodiscard]] const Client& client() const noexcept { return client_; }
  [[nodiscard]] const Plane& root() const noexcept { return root_; }
  /// The plane that was asked for; nullopt: none was.
  [[nodiscard]] const std::optional<Plane>& plane() const noexcept { return plane_; }
  /// The same, or else the root plane.
  [[nodiscard]] const Plane& subject() const noexcept { return plane_ ? *plane_ : root_; }
  [[nodiscard]] std::string subject_name() const { return plane_ ? "plane " + plane_->cluster() : "the root plane"; }
  [[nodiscard]] const StopToken& stop() const noexcept { return stop_; }
  [[nodiscard]] const Traffic& traffic() const noexcept { return *traffic_; }

  /// GET below a plane. @throws as Plane::request()
  [[nodiscard]] Response get(const Plane& plane, const std::string& path) const;
  [[nodiscard]] GetOptions get_options() const;
  [[nodiscard]] ListOptions list_options() const;
  [[nodiscard]] StateOptions state_options() const;

  // What earlier checks found.
  std::optional<ConnectionProbe> connection{};
  Json own_kubeconfig{};                              ///< as Plane::kubeconfig() has it; null: not known. Holds secrets
  std::optional<std::chrono::seconds> clock_ahead{};  ///< by how much this machine's clock is ahead of the server's
  bool is_reachable = false;
  bool is_authenticated = false;

 private:
  std::chrono::milliseconds deadline_;
  StopToken stop_;
  std::shared_ptr<Traffic> traffic_ = std::make_shared<Traffic>();
  Client client_;
  Plane root_;
  std::optional<Plane> plane_;
  std::chrono::steady_clock::time_point ends_ = std::chrono::steady_clock::now() + deadline_;
};

}  // namespace kplane::cli
