// Clients that keep connections, send without end, or hardly send at all: others are served meanwhile.
#include "local_server/net/http_front.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "local_server/net/certificate.hpp"
#include "local_server/net/connection.hpp"
#include "local_server/net/tls_context.hpp"
#include "support/loopback.hpp"

namespace kplane::testing::server {
namespace {

HttpReply answer(const HttpRequest& request) {
  HttpReply reply;
  reply.answer.body = std::to_string(request.body.size());
  return reply;
}

/// A socket that is connected to a port.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(tests::connect_to_loopback(port)) { EXPECT_GE(socket_, 0); }
  Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Client& operator=(Client&&) = delete;
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }

  /// @return false when the server does not take it
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() const { ::shutdown(socket_, SHUT_WR); }
  /// What comes next; empty at the end.
  [[nodiscard]] std::string receive() const {
    std::array<char, 4096> bytes{};
    const ssize_t size = ::recv(socket_, bytes.data(), bytes.size(), 0);
    return {bytes.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
  }
  /// The answer, whose head and body may come one after the other.
  [[nodiscard]] std::string get() const {
    constexpr std::string_view head_end = "\r\n\r\n";
    if (!send("GET / HTTP/1.1\r\n\r\n")) return {};
    std::string all;
    for (std::string piece = receive(); !piece.empty(); piece = receive()) {
      all += piece;
      const std::size_t head = all.find(head_end);
      if (head != std::string::npos && all.size() > head + head_end.size()) break;
    }
    return all;
  }
  [[nodiscard]] int socket() const noexcept { return socket_; }
  /// Whether the server has closed it. Does not wait.
  [[nodiscard]] bool is_closed() const {
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
  }

 private:
  int socket_;
};

constexpr std::string_view ok = "HTTP/1.1 200";

TEST(HostileClients, ThatKeepConnectionsDoNotKeepOthersOut) {
  constexpr int most = 8;
  HttpFront front(0, nullptr, answer, most);
  std::vector<Client> idle;
  for (int i = 0; i < 200; ++i) {
    idle.emplace_back(front.port());
    EXPECT_EQ(idle.back().get().substr(0, ok.size()), ok) << i;
  }
  EXPECT_EQ(front.connection_count(), 200U);
  const auto closed = std::count_if(idle.begin(), idle.end(), [](const Client& client) { return client.is_closed(); });
  EXPECT_GE(closed, 200 - most) << "each for another";
}

TEST(HostileClients, ThatConnectByTheThousandAreServedOneAfterAnother) {
  HttpFront front(0, nullptr, answer, 8);
  for (int i = 0; i < 2000; ++i) {
    const Client client(front.port());
    if (i % 100 != 0) continue;
    EXPECT_EQ(client.get().substr(0, ok.size()), ok) << i;
  }
}

constexpr std::size_t few = 4;
constexpr std::chrono::milliseconds no_patience{0};

/// Without anything that makes room, connections are closed after a minute.
class MakesRoom {
 public:
  MakesRoom() = default;
  MakesRoom(const MakesRoom&) = delete;
  MakesRoom& operator=(const MakesRoom&) = delete;
  ~MakesRoom() { EXPECT_LT(std::chrono::steady_clock::now() - begun_, std::chrono::seconds{30}); }

 private:
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// Waits until the server has closed so many of them.
void wait_until_closed(std::size_t wanted, const std::vector<Client>& clients) {
  std::vector<pollfd> open;
  for (const Client& client : clients) open.push_back({client.socket(), POLLIN, 0});
  while (clients.size() - open.size() < wanted) {
    ASSERT_GT(::poll(open.data(), open.size(), 60'000), 0);
    open.erase(std::remove_if(open.begin(), open.end(), [](const pollfd& one) { return one.revents != 0; }),
               open.end());
  }
}

TEST(HostileClients, ThatSendPartsOfRequestsDoNotKeepOthersOut) {
  HttpFront front(0, nullptr, answer, few, no_patience);
  std::vector<Client> slow;
  for (std::size_t i = 0; i < 3 * few; ++i) {
    slow.emplace_back(front.port());
    EXPECT_TRUE(slow.back().send("GET / HTTP/1.1\r\nX-"));
  }
  const MakesRoom in_time;
  wait_until_closed(2 * few, slow);
}

TEST(HostileClients, ThatAreToldToContinueAndDoNotKeepNobodyOut) {
  HttpFront front(0, nullptr, answer, few, no_patience);
  std::vector<Client> slow;
  for (std::size_t i = 0; i < few; ++i) {
    slow.emplace_back(front.port());
    EXPECT_TRUE(slow.back().send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n"));
    EXPECT_NE(slow.back().receive().find("100"), std::string::npos);
  }
  const MakesRoom in_time;
  const Client other(front.port());
  EXPECT_EQ(other.get().substr(0, ok.size()), ok);
}

TEST(HostileClients, ThatTakeNoAnswersDoNotKeepOthersOut) {
  const auto long_answer = [](const HttpRequest& request) {
    HttpReply reply = answer(request);
    if (request.target == "/long") reply.answer.body.assign(std::size_t{32} << 20U, 'x');
    return reply;
  };
  HttpFront front(0, nullptr, long_answer, few, no_patience);
  std::vector<Client> deaf;
  for (std::size_t i = 0; i < few; ++i) {
    deaf.emplace_back(front.port());
    EXPECT_TRUE(deaf.back().send("GET /long HTTP/1.1\r\n\r\n"));
    EXPECT_NE(deaf.back().receive(), "") << "it is being answered";
  }
  const MakesRoom in_time;
  EXPECT_EQ(Client(front.port()).get().substr(0, ok.size()), ok);
}

TEST(HostileClients, ThatSendNothingDoNotKeepOthersOut) {
  const CertificateAuthority authority;
  const KeyPair presented = authority.issue({"localhost", "serverAuth", "IP:127.0.0.1", std::chrono::hours{1}});
  for (const bool is_tls : {false, true}) {
    TlsContextPtr tls = is_tls ? make_tls_context(presented, authority, ClientCertificates::optional) : nullptr;
    HttpFront front(0, std::move(tls), answer, few, no_patience);
    std::vector<Client> silent;
    for (std::size_t i = 0; i < 2 * few; ++i) silent.emplace_back(front.port());
    const MakesRoom in_time;
    wait_until_closed(few, silent);
  }
}

TEST(HostileClients, ThatHaveJustComeAreNotTakenForIdle) {
  HttpFront front(0, nullptr, answer, few, std::chrono::minutes{1});
  const Client used(front.port());
  EXPECT_EQ(used.get().substr(0, ok.size()), ok);
  std::vector<Client> silent;
  for (std::size_t i = 0; i < few - 1; ++i) silent.emplace_back(front.port());
  const MakesRoom in_time;
  EXPECT_EQ(Client(front.port()).get().substr(0, ok.size()), ok);
  EXPECT_EQ(used.receive(), "") << "it made room";
  for (const Client& client : silent) EXPECT_EQ(client.get().substr(0, ok.size()), ok);
}

// Those that are busy when another one comes become idle later, and are not looked at then by the one that came.
TEST(HostileClients, AreServedOnceOthersAreIdle) {
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  HttpFront front(
      0, nullptr,
      [&](const HttpRequest& request) {
        if (request.target == "/wait") opened.wait();
        return HttpReply();
      },
      few, std::chrono::minutes{1});
  std::vector<Client> busy;
  for (std::size_t i = 0; i < few; ++i) {
    busy.emplace_back(front.port());
    EXPECT_TRUE(busy.back().send("GET /wait HTTP/1.1\r\n\r\n"));
  }
  const Client other(front.port());
  EXPECT_TRUE(other.send("GET / HTTP/1.1\r\n\r\n"));
  const MakesRoom in_time;
  gate.set_value();
  EXPECT_EQ(other.receive().substr(0, ok.size()), ok);
}

TEST(HostileClients, SendABodyWithoutAnEndInVain) {
  HttpFront front(0, nullptr, answer);
  const Client client(front.port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "100000\r\n" + std::string(0x100000, 'x') + "\r\n";
  int taken = 0;
  while (taken < 200 && client.send(chunk)) ++taken;
  EXPECT_LT(taken, 100) << "of a mebibyte each";
  EXPECT_EQ(Client(front.port()).get().substr(0, ok.size()), ok);
}

TEST(HostileClients, SendHeadersWithoutAnEndInVain) {
  HttpFront front(0, nullptr, answer);
  const Client client(front.port());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\n"));
  std::string headers;
  while (headers.size() < 0x100000) headers += "X-Header: " + std::string(1000, 'x') + "\r\n";
  int taken = 0;
  while (taken < 200 && client.send(headers)) ++taken;
  EXPECT_LT(taken, 100) << "of a mebibyte each";
}

TEST(HostileClients, AreBelievedNoLength) {
  HttpFront front(0, nullptr, answer);
  for (const char* head : {"Content-Length: 999999999999999999", "Content-Length: -1", "Content-Length: x",
                           "Content-Length: 18446744073709551615"}) {
    const Client client(front.port());
    ASSERT_TRUE(client.send("POST / HTTP/1.1\r\n" + std::string(head) + "\r\n\r\nabc"));
    client.end_sending();
    static_cast<void>(client.receive());
    EXPECT_EQ(Client(front.port()).get().substr(0, ok.size()), ok) << head;
  }
}

// What says that it is compressed is taken as it is, so there is nothing that it could expand to.
TEST(HostileClients, SendBodiesThatAreNotExpanded) {
  HttpFront front(0, nullptr, answer);
  const std::string bomb("\x1f\x8b\x08\0\0\0\0\0\0\x03\xed\xc1\x01\x0d\0\0\0\xc2\xa0\xf7\x4f\x6d\x0f\x07\x14", 26);
  const Client client(front.port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 26\r\n\r\n" + bomb));
  std::string answered;
  while (answered.find("\r\n\r\n26") == std::string::npos) {
    const std::string piece = client.receive();
    ASSERT_NE(piece, "") << answered;
    answered += piece;
  }
}

TEST(HostileClients, ThatSendSlowlyHaveUntilADeadline) {
  std::array<int, 2> sockets{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()), 0);
  RequestLimits limits;
  limits.time = std::chrono::seconds{0};
  Connection connection(Descriptor{sockets[0]}, nullptr, limits);
  ASSERT_EQ(::send(sockets[1], "G", 1, 0), 1);
  ASSERT_TRUE(connection.wait_for_data(std::chrono::minutes{1}));
  char byte = 0;
  EXPECT_EQ(connection.read(&byte, 1), -1);
  ::close(sockets[1]);
}

}  // namespace
}  // namespace kplane::testing::server
