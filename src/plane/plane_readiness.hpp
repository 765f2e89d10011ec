// Readiness probes of a server, a plane, and many planes (contract §4 and §10).
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

/// The result of a probe. `why` is the reason when it is not ready.
struct Readiness {
  bool ready = false;
  std::string why;
};

/// One request to `/readyz` below `base_url`, not retried.
/// @throws Unauthorized, Forbidden, TlsError: what waiting does not mend
[[nodiscard]] Readiness probe(ClientCore& core, const std::string& base_url,
                              const std::shared_ptr<http::Credentials>& credentials, TimePoint deadline,
                              const StopToken& stop = {});

/// What is asked of a plane.
struct ProbeScope {
  /// Which tells of the server's process (contract §10), and needs credentials that the plane knows. Without it, a
  /// plane that does not know them counts as bootstrapped: a ServiceAccount token of the root plane is known in no
  /// other.
  bool readyz = true;
  /// Whether its system namespaces and RBAC roles are there. Two small requests, and none where the client has seen it
  /// before. What the credentials may not read, or the server does not serve, counts as there.
  bool bootstrapped = true;
};

/// The requests of one plane's probe, one after the other; sending is the caller's. None is retried.
class PlaneProbe {
 public:
  /// `endpoint` must outlive the probe; `deadline` is that of all of its requests.
  PlaneProbe(const PlaneEndpoint& endpoint, ProbeScope scope, TimePoint deadline);

  /// Whether all is known; otherwise next_request() is what to ask.
  [[nodiscard]] bool is_done() const noexcept { return step_ == Step::done; }
  [[nodiscard]] http::Request next_request() const;
  /// An answer that cannot be read is of a plane that is not ready. @throws as probe()
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
  bool is_certain_ = true;  // nothing had to be taken for granted
  Readiness found_{true, {}};
};

/// One plane's probe; `deadline` is that of all of its requests. @throws as probe()
[[nodiscard]] Readiness probe_plane(const PlaneEndpoint& endpoint, ProbeScope scope, TimePoint deadline,
                                    const StopToken& stop = {});

/// The same for many planes concurrently; the results are in their order. `deadline` is that of all of them.
/// @throws as probe()
[[nodiscard]] std::vector<Readiness> probe_all(ClientCore& core, const std::vector<Plane>& planes, ProbeScope scope,
                                               TimePoint deadline, const StopToken& stop = {});

/// Asks again and again until `look` finds readiness. `look` gets its deadline.
/// @throws TimeoutError that names `what` and the last reason; StoppedError; what `look` throws
void wait_until_ready(const ClientCore& core, std::chrono::milliseconds timeout, const StopToken& stop,
                      const std::string& what, const std::function<Readiness(TimePoint)>& look);

}  // namespace kplane::detail
