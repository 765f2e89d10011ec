// What hostile clients cost LocalServer in memory, and what they do not keep others from.
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/testing/local_server.hpp>

#include "raw_http.hpp"
#include "support/loopback.hpp"
#include "support/process_usage.hpp"

namespace {

using kplane::testing::LocalServer;
using kplane::tests::connect_to_loopback;
using kplane::tests::peak_address_space;
using kplane::tests::resident_bytes;

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

/// A gzip member of so many spaces.
std::string member(std::size_t size) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string text(size, ' ');
  std::string packed(deflateBound(&stream, static_cast<uLong>(size)), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(size);
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// Of a gibibyte.
std::string bomb() {
  const std::string one = member(16 * mebibyte);
  std::string all;
  for (int i = 0; i < 64; ++i) all += one;
  return all;
}

std::size_t growth_since(std::size_t before) {
  const std::size_t now = resident_bytes();
  return now > before ? now - before : 0;
}

TEST(LocalServerMemoryOf, AGibibyteInAMebibyteStaysAMebibyte) {
  LocalServer server;
  const std::string packed = bomb();
  ASSERT_LT(packed.size(), 2 * mebibyte);
  const std::size_t before = resident_bytes();
  const std::size_t peak_before = peak_address_space();
  for (const char* type : {"application/json", "application/yaml", "application/vnd.kubernetes.protobuf"}) {
    raw::Connection connection(server);
    connection.with_header("Content-Encoding: gzip");
    EXPECT_EQ(connection.send("POST", "/api/v1/namespaces", packed, type).status, 400) << type;
    EXPECT_EQ(connection.send("PATCH", "/api/v1/namespaces/default", packed, "application/merge-patch+json").status,
              400);
  }
  EXPECT_LT(growth_since(before), 200 * mebibyte);
  EXPECT_LT(peak_address_space(), peak_before + 800 * mebibyte) << "nor was it expanded for a moment";
  EXPECT_EQ(raw::Connection(server).get("/readyz").status, 200);
}

/// Sockets that are connected to the server, of which each has sent the same.
class Crowd {
 public:
  Crowd(const LocalServer& server, std::size_t size, std::string_view sends) {
    for (std::size_t i = 0; i < size; ++i) {
      const int socket = connect_to_loopback(server.port());
      if (socket < 0) break;
      sockets_.push_back(socket);
      if (!sends.empty()) static_cast<void>(::send(socket, sends.data(), sends.size(), MSG_NOSIGNAL));
    }
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd() {
    for (const int socket : sockets_) ::close(socket);
  }

  [[nodiscard]] std::size_t size() const noexcept { return sockets_.size(); }

 private:
  std::vector<int> sockets_;
};

TEST(LocalServerMemoryOf, ThousandsOfConnectionsIsSmall) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  const rlimit before_test = files;
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  constexpr std::size_t wanted = 3000;
  constexpr std::size_t others = 200;
  const std::size_t most =
      files.rlim_max == RLIM_INFINITY ? wanted : std::max<std::size_t>(files.rlim_max, others) - others;
  const std::size_t half = std::min(wanted, most / 2) / 2;  // a connection takes two
  {
    LocalServer server;
    const std::size_t before = resident_bytes();
    const Crowd slow(server, half, "POST /api/v1/namespaces HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n{");
    const Crowd idle(server, half, "GET /readyz HTTP/1.1\r\n\r\n");
    EXPECT_EQ(slow.size() + idle.size(), 2 * half);
    EXPECT_EQ(raw::Connection(server).get("/readyz").status, 200) << "an idle one makes room";
    EXPECT_LT(growth_since(before), (kplane::tests::is_sanitized ? 1000 : 200) * mebibyte);
  }
  ::setrlimit(RLIMIT_NOFILE, &before_test);
}

TEST(LocalServerMemoryOf, BodiesWithoutALengthIsBounded) {
  LocalServer server;
  const std::size_t before = resident_bytes();
  const std::string piece = "100000\r\n" + std::string(mebibyte, 'x') + "\r\n";
  for (int i = 0; i < 4; ++i) {
    const int socket = connect_to_loopback(server.port());
    ASSERT_GE(socket, 0);
    const std::string_view head = "POST /api/v1/namespaces HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    ASSERT_GT(::send(socket, head.data(), head.size(), MSG_NOSIGNAL), 0);
    std::size_t taken = 0;
    while (taken < 300 * mebibyte) {
      const ssize_t sent = ::send(socket, piece.data(), piece.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      taken += static_cast<std::size_t>(sent);
    }
    EXPECT_LT(taken, 100 * mebibyte);
    ::close(socket);
  }
  EXPECT_LT(growth_since(before), 200 * mebibyte);
  EXPECT_EQ(raw::Connection(server).get("/readyz").status, 200);
}

}  // namespace
