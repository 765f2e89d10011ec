// Proxy: a forward proxy on a free loopback port, for tests of whatever goes through one. It speaks HTTP (CONNECT, and
// absolute request targets) and SOCKS5 on the same port, and remembers what it was asked for.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace kplane::tests {

struct ProxyOptions {
  std::string credentials{};                  ///< `user:password` that it demands; empty: none
  std::optional<std::uint16_t> connect_to{};  ///< the loopback port it connects to, whatever name is asked for
};

/// Without `connect_to` it reaches loopback addresses and `localhost` alone. A thread for each connection; the
/// destructor closes all of them and joins. Thread safety: every member may be called from any thread.
class Proxy {
 public:
  explicit Proxy(ProxyOptions options = {});
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// @param scheme such as `http`, `socks5` or `socks5h`. @param user_info such as `user:password`; empty: none
  [[nodiscard]] std::string url(const std::string& scheme, const std::string& user_info = {}) const;

  /// What was asked for, such as `kplane.test:443`, in the order of asking.
  [[nodiscard]] std::vector<std::string> targets() const;
  /// The `user:password` pairs that it was shown, good or not.
  [[nodiscard]] std::vector<std::string> credentials() const;

 private:
  class Session;

  void accept_all();
  void serve(int client);
  /// @return whether they are what it demands
  bool admit(const std::optional<std::string>& shown);
  void record_target(const std::string& target);
  /// Makes a socket one that the destructor shuts down.
  void open(int socket);
  void close(int socket);

  const ProxyOptions options_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> targets_;
  std::vector<std::string> credentials_;
  std::set<int> open_;
  std::vector<std::thread> workers_;
  bool stopping_ = false;
  std::thread acceptor_;  // last: it uses all of the above
};

}  // namespace kplane::tests
