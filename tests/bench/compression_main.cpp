// kplane_compression_bench: lists with and without gzip over links of several speeds, to find out where it pays. The
// server is that of KPLANE_HOST, such as a real API server, or a LocalServer of its own; the links are a relay that
// sends no faster.
#include <linux/tcp.h>  // as the test server: not together with <netinet/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include "support/loopback.hpp"
#include "support/raw_server.hpp"

namespace kplane::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array<double, 6> megabytes_per_second = {10, 30, 100, 300, 1000, 0};  ///< 0: as fast as it goes
constexpr std::array<int, 2> object_counts = {250, 2'000};

/// Passes the server's bytes on no faster than the link would.
class Link {
 public:
  Link(std::uint16_t port, double speed)
      : port_(port), bytes_per_second_(speed * 1e6), relay_([this](tests::Connection& client) { run(client); }) {}

  [[nodiscard]] std::uint16_t port() const noexcept { return relay_.port(); }

 private:
  void run(tests::Connection& client) const {
    const int server = tests::connect_to_loopback(port_);
    if (server < 0) return;
    send_at_once(server);
    send_at_once(client.socket());
    std::array<pollfd, 2> watched{{{server, POLLIN, 0}, {client.socket(), POLLIN, 0}}};
    Clock::time_point free_at = Clock::now();
    bool goes_on = true;
    while (goes_on && ::poll(watched.data(), watched.size(), -1) > 0) {
      if (watched[0].revents != 0) goes_on = pass_answer(server, client, free_at);
      if (goes_on && watched[1].revents != 0) goes_on = pass_request(client, server);
    }
    ::close(server);
  }

  /// Small packets are not kept back until the other end has confirmed the ones before.
  static void send_at_once(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  bool pass_answer(int server, tests::Connection& client, Clock::time_point& free_at) const {
    std::array<char, 16'384> buffer;
    const ssize_t size = ::recv(server, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    if (bytes_per_second_ > 0) {
      free_at =
          std::max(free_at, Clock::now()) +
          std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * static_cast<double>(size) / bytes_per_second_));
      std::this_thread::sleep_until(free_at);
    }
    return client.send({buffer.data(), static_cast<std::size_t>(size)});
  }

  static bool pass_request(tests::Connection& client, int server) {
    const std::string bytes = client.read_some();
    return !bytes.empty() && ::send(server, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
  }

  const std::uint16_t port_;
  const double bytes_per_second_;
  tests::RawServer relay_;
};

struct Server {
  std::string scheme;
  std::uint16_t port = 0;
  ClientOptions options;
};

/// @param url `http://127.0.0.1:PORT`, or https
Server server_at(const std::string& url, const ClientOptions& options) {
  const std::size_t colon = url.rfind(':');
  return {url.substr(0, url.find(':')), static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1))), options};
}

void make_objects(const Plane& plane, int count) {
  Manifests set;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::string varied = std::to_string(std::hash<std::string>{}(number));
    set.add(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings-)" + number +
            R"(","namespace":"default","labels":{"app":"shop-)" + std::to_string(i % 7) +
            R"("}},"data":{"endpoint":"http://api-)" + number + R"(.default.svc:8080/v1","retries":"3","seed":")" +
            varied + "\"}}");
  }
  plane.apply(set).raise_if_failed();
}

struct Reading {
  double milliseconds = 0;
  std::size_t bytes = 0;
};

Reading median_reading(const Plane& plane) {
  Request list;
  list.method = "GET";
  list.path = "/api/v1/namespaces/default/configmaps";
  std::vector<double> times;
  std::size_t bytes = 0;
  constexpr int rounds = 15;
  for (int i = 0; i < rounds; ++i) {
    const auto begun = Clock::now();
    bytes = plane.request(list).body().size();
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], bytes};
}

Reading reading_over(const Server& server, const Link& link, const std::string& plane, bool compression) {
  ClientOptions options = server.options;
  options.compression = compression;
  const Client client(server.scheme + "://127.0.0.1:" + std::to_string(link.port()), options);
  return median_reading(client.plane(plane));
}

void compare(const Server& server, const Client& client, int objects) {
  const std::string name = "compression-" + std::to_string(objects);
  const Plane plane = client.plane(name);
  plane.wait_until_ready();
  make_objects(plane, objects);
  for (const double speed : megabytes_per_second) {
    const Link link(server.port, speed);
    const Reading plain = reading_over(server, link, name, false);
    const Reading gzip = reading_over(server, link, name, true);
    const std::string shown = speed > 0 ? std::to_string(static_cast<int>(speed)) + " MB/s" : "loopback";
    std::printf("  %9s %7zu kB: plain %8.2f ms, gzip %8.2f ms, %.2f times as fast\n", shown.c_str(),
                plain.bytes / 1'000, plain.milliseconds, gzip.milliseconds, plain.milliseconds / gzip.milliseconds);
    std::fflush(stdout);
  }
}

int run() {
  if (const char* host = std::getenv("KPLANE_HOST")) {
    ClientOptions options;
    if (const char* token = std::getenv("KPLANE_TOKEN")) options.token = token;
    if (const char* ca_file = std::getenv("KPLANE_CA_FILE")) options.ca_file = ca_file;
    for (const int objects : object_counts) compare(server_at(host, options), Client::from_env(), objects);
    return EXIT_SUCCESS;
  }
  const testing::LocalServer local;
  const Server server = server_at(local.base_url(), local.client_options());
  for (const int objects : object_counts) compare(server, local.client(), objects);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace kplane::bench

int main() {
  try {
    return kplane::bench::run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kplane_compression_bench: %s\n", error.what());
    return EXIT_FAILURE;
  }
}
