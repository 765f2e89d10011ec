// RawServer: a loopback TCP server whose every byte a test decides, for faults that no well-behaved HTTP server
// commits.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace kplane::tests {

/// Carries the bytes of a connection otherwise than TCP alone does.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Blocks until there are some. @return how many; 0 when the client closed the connection
  virtual std::size_t receive(char* to, std::size_t size) = 0;
  /// @return false when the client is gone
  virtual bool send(std::string_view bytes) = 0;
};

/// One accepted connection, on a thread of its own.
class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}

  /// What is read and sent from now on goes through it. The other members are about TCP as before.
  void use(std::unique_ptr<Transport> transport) { transport_ = std::move(transport); }

  /// The next request: its head, and as much body as its Content-Length says. Empty when the client closed the
  /// connection.
  std::string read_request();
  /// Whatever comes next, which need not be HTTP. Empty when the client closed the connection.
  std::string read_some();
  /// @return false when the client is gone
  bool send(std::string_view bytes);
  /// Blocks until the client closes the connection, or the server is destroyed.
  void wait_for_close();
  /// Ends the connection by a reset instead of an orderly close.
  void reset();
  /// Sends nothing more; what the client sends still arrives.
  void half_close();
  /// Whether the client has closed the connection, and, with a Transport, whether it has sent anything: such as that it
  /// will. Does not block.
  [[nodiscard]] bool is_gone() const;
  /// How many TCP segments with data have arrived.
  [[nodiscard]] unsigned data_segments() const;
  /// For poll().
  [[nodiscard]] int socket() const noexcept { return socket_; }

 private:
  bool fill();

  int socket_;
  std::unique_ptr<Transport> transport_{};
  std::string buffer_;
};

class RawServer {
 public:
  using Script = std::function<void(Connection&)>;

  /// Runs `script` for every connection; the connection is closed when it returns.
  explicit RawServer(Script script);
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer();

  [[nodiscard]] std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::size_t connection_count() const noexcept { return connections_; }

  /// Refuses new connections from now on, or accepts them again. Open ones are left alone.
  void refuse(bool refused);

 private:
  struct Worker {
    std::thread thread{};
    bool done = false;
  };

  void accept_all();
  /// After accept() failed: waits until there is a reason to try again. @return false when the server ends
  bool wait_to_accept(int error);
  void join_finished_locked();
  void serve(int socket, Worker& worker);

  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> connections_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<int> open_;
  std::list<Worker> workers_;
  std::thread acceptor_;
  bool refusing_ = false;
  bool stopping_ = false;
};

/// A script that answers every request of a connection, until the client closes it or the answer is empty.
[[nodiscard]] RawServer::Script answering(std::function<std::string(const std::string& request)> answer);

/// A complete HTTP/1.1 response.
[[nodiscard]] std::string http_response(int status, std::string_view body,
                                        std::string_view content_type = "application/json",
                                        std::string_view more_headers = "");

/// A small, valid state body for `cluster`.
[[nodiscard]] std::string state_body(std::string_view cluster = "alpha");

/// A loopback port on which nobody listens.
[[nodiscard]] std::uint16_t closed_port();

}  // namespace kplane::tests
