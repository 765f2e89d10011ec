// Readiness probes (contract §4): of the server, of one plane, of many.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <kplane/plane.hpp>

#include "client_core.hpp"

namespace kplane::detail {

/// What a probe found. `why` says what is missing when it is not ready.
struct Readiness {
  bool ready = false;
  std::string why;
};

/// One request to `/readyz` below `base_url`, not retried.
/// @throws Unauthorized, Forbidden, TlsError: what waiting does not mend
[[nodiscard]] Readiness probe(ClientCore& core, const std::string& base_url,
                              const std::shared_ptr<http::Credentials>& credentials, std::chrono::milliseconds timeout,
                              const StopToken& stop = {});

/// The same for many planes concurrently; the results are in their order. `timeout` is for all of them together.
/// @throws as probe()
[[nodiscard]] std::vector<Readiness> probe_all(ClientCore& core, const std::vector<Plane>& planes,
                                               std::chrono::milliseconds timeout, const StopToken& stop = {});

/// Asks again and again until `look` finds readiness. `look` gets the time it may take.
/// @throws TimeoutError that names `what` and the last reason; StoppedError; what `look` throws
void wait_until_ready(const ClientCore& core, std::chrono::milliseconds timeout, const StopToken& stop,
                      const std::string& what, const std::function<Readiness(std::chrono::milliseconds)>& look);

}  // namespace kplane::detail
