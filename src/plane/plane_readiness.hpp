// Readiness probes of a server, one plane or many planes (contract §4 and §10).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <kplane/plane.hpp>

#include "session/api_response.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// The result of a probe; `why` explains a negative one.
struct Readiness {
  bool ready = false;
  std::string why;
};

/// One request to `/readyz` below `base_url`, not retried.
/// @throws Unauthorized, Forbidden, TlsError, which waiting does not fix
[[nodiscard]] Readiness probe(ClientCore& core, const std::string& base_url,
                              const std::shared_ptr<http::Credentials>& credentials, TimePoint deadline,
                              const StopToken& stop = {});

/// What to probe of a plane.
struct ProbeScope {
  /// `/readyz`, which reports on the server process (contract §10) and requires credentials valid in the plane. Without
  /// it, a plane that rejects them counts as bootstrapped: a ServiceAccount token of the root plane is valid in no
  /// other.
  bool readyz = true;
  /// Whether its system namespaces and RBAC roles exist. Two small requests, or none if the client has seen it before.
  /// What the credentials may not read, or the server does not serve, counts as existing.
  bool bootstrapped = true;
};

/// The sequential requests of one plane's probe; the caller sends them. None is retried.
class PlaneProbe {
 public:
  /// `endpoint` must outlive the probe; `deadline` covers all its requests.
  PlaneProbe(const PlaneEndpoint& endpoint, ProbeScope scope, TimePoint deadline);

  /// Whether the probe is complete; otherwise send next_request().
  [[nodiscard]] bool is_done() const noexcept { return step_ == Step::done; }
  [[nodiscard]] http::Request next_request() const;
  /// An answer that cannot be decoded means that the plane is not ready. @throws as probe()
  void take(Result<http::Response> received);
  [[nodiscard]] const Readiness& found() const noexcept { return found_; }

 private:
  enum class Step { readyz, ns, roles, done };

  [[nodiscard]] Step first_of_bootstrap() const;
  [[nodiscard]] std::string url() const;
  void take_answer(const ApiResponse& answer);
  void take_error(const Error& error);
  void go_on();
  void fail(std::string why);

  const PlaneEndpoint* endpoint_;
  ProbeScope scope_;
  bool asks_for_bootstrap_;
  TimePoint deadline_;
  Step step_;
  bool is_certain_ = true;  // nothing had to be assumed
  Readiness found_{true, {}};
};

/// Probes one plane; `deadline` covers all its requests. @throws as probe()
[[nodiscard]] Readiness probe_plane(const PlaneEndpoint& endpoint, ProbeScope scope, TimePoint deadline,
                                    const StopToken& stop = {});

/// The same for many planes concurrently; the results are in their order. `deadline` covers all of them.
/// @throws as probe()
[[nodiscard]] std::vector<Readiness> probe_all(ClientCore& core, const std::vector<Plane>& planes, ProbeScope scope,
                                               TimePoint deadline, const StopToken& stop = {});

/// Polls until `look` reports readiness. `look` is passed its deadline.
/// @throws TimeoutError that names `what` and the last reason; StoppedError; whatever `look` throws
void wait_until_ready(const ClientCore& core, std::chrono::milliseconds timeout, const StopToken& stop,
                      const std::string& what, const std::function<Readiness(TimePoint)>& look);

}  // namespace kplane::detail
