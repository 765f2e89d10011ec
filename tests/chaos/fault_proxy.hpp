// FaultProxy: stands between a client and a server, and does to the requests what a seed says.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "chaos/fault_plan.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {

struct FaultProxyOptions {
  std::uint64_t seed = 1;
  double chance = 0.2;  ///< of a fault, for each request
  /// Every request meets this one, or every connection; none: as the seed says.
  FaultKind only = FaultKind::none;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();  ///< faults of `only`
  bool is_opaque = false;  ///< the bytes are not looked at, as with a server's own TLS: faults are those of connections
  bool tls = false;        ///< clients speak TLS with the proxy, which meets faults of its own; the server does not
  bool perturbs = false;   ///< lets its threads meet in unusual orders
  std::function<void()> restart_server{};  ///< for FaultKind::restarted
};

/// How often a kind of fault struck an operation.
using FaultCounts = std::map<std::string, std::array<std::uint64_t, fault_kinds>>;

/// Requests come in streams, of which each has faults of its own: the requests to one plane, the watches of one plane,
/// and all others. So a program of one thread for each plane meets the same faults whenever it is run with the same
/// seed, as far as its own retries go the same way.
///
/// A thread for each connection. Thread safety: every member may be called from any thread.
class FaultProxy {
 public:
  FaultProxy(std::uint16_t server_port, FaultProxyOptions options);
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;
  ~FaultProxy();

  [[nodiscard]] std::string base_url() const;
  /// Of the authority that has issued the proxy's certificate; empty without `tls`.
  [[nodiscard]] std::string ca_pem() const;
  /// Another server from now on; what is open stays with the old one.
  void set_server(std::uint16_t port) noexcept { server_port_ = port; }
  /// No more faults; what is silent is closed.
  void calm();

  /// The operation that the requests of a stream belong to from now on, for counts().
  void begin_operation(const std::string& stream, const std::string& operation);
  /// Blocks until no request of the stream is on its way to the server: a request that its client has given up is then
  /// either carried out or never will be.
  void settle(const std::string& stream);

  [[nodiscard]] FaultCounts counts() const;
  /// Grows with each fault, with the end of one that lasts, and with the end of a connection: while it does not, no
  /// call has a reason to fail.
  [[nodiscard]] std::uint64_t disturbances() const noexcept { return disturbances_; }
  /// Whether one lasts: the port refuses connections, or the server is being restarted.
  [[nodiscard]] bool is_disturbed() const;
  /// How many connections with FaultKind::other_authority a client took.
  [[nodiscard]] std::uint64_t misplaced_trust() const noexcept { return misplaced_trust_; }
  [[nodiscard]] std::uint64_t request_count() const noexcept { return requests_; }

 private:
  class Relay;
  class UnderWay;
  struct TlsEndpoint;

  /// An eventfd.
  struct Event {
    Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event();
    const int descriptor;
  };

  [[nodiscard]] PlannedFault next_fault(const std::string& stream);
  [[nodiscard]] PlannedFault next_tls_fault();
  [[nodiscard]] PlannedFault next_of_only();
  void count(const std::string& stream, FaultKind kind);
  /// @return whether it was quiet all the time, without calm()
  bool wait(std::chrono::milliseconds time) const;
  void refuse_for(std::chrono::milliseconds time);
  void restart_server();

  const FaultProxyOptions options_;
  const std::unique_ptr<TlsEndpoint> endpoint_;  // null: no TLS
  std::atomic<std::uint16_t> server_port_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> disturbances_{0};
  std::atomic<std::uint64_t> misplaced_trust_{0};
  std::atomic<std::uint64_t> committed_{0};  // of `only`
  std::atomic<bool> is_calm_{false};
  const Event calm_event_{};
  mutable std::mutex mutex_;
  std::condition_variable settled_;
  std::map<std::string, std::uint64_t> ordinals_;
  std::uint64_t tls_connections_ = 0;
  std::map<std::string, std::string> operations_;
  std::map<std::string, int> under_way_;
  std::set<int> server_sockets_;
  FaultCounts counts_;
  int refusals_ = 0;
  int restarts_ = 0;
  bool stopping_ = false;
  RawServer server_;  // last: its threads use all of the above
};

}  // namespace kplane::tests
