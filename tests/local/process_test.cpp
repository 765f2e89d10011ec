// What a process does around a client: fork, and exit with statics alive.
#include <fcntl.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/child.hpp"
#include "support/served.hpp"

namespace kplane::tests {
namespace {

class ProcessTest : public ServedTest {};
KPLANE_TEST_OVER_BOTH_SCHEMES(ProcessTest);

TEST_P(ProcessTest, ForkedChildUsesConnectionsOfItsOwn) {
  const Client client = this->client();
  const Plane plane = client.plane("a");
  (void)plane.state();
  (void)client.states({plane});
  const std::size_t before = server().connection_count();
  EXPECT_EQ(in_child([&] { return plane.state().cluster == "a" && (*client.states({plane}).at(0)).cluster == "a"; }),
            0);
  EXPECT_EQ(server().connection_count(), before + 2);
  EXPECT_EQ(plane.state().cluster, "a") << "the parent's connection is still good";
  EXPECT_EQ(server().connection_count(), before + 2);
}

/// Of all that is open here, whatever it is for.
std::vector<int> internet_sockets() {
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int number = std::stoi(entry.path().filename());
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(number, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    if (address.ss_family == AF_INET || address.ss_family == AF_INET6) found.push_back(number);
  }
  return found;
}

TEST_P(ProcessTest, ConnectionsAreNotHandedOnToOtherPrograms) {
  const Client client = this->client();
  const Plane plane = client.plane("a");
  (void)plane.state();
  (void)client.states({plane});
  const std::vector<int> sockets = internet_sockets();
  EXPECT_GE(sockets.size(), 3U) << "the server's and the client's";
  for (const int socket : sockets) EXPECT_NE(::fcntl(socket, F_GETFD) & FD_CLOEXEC, 0) << socket;
}

}  // namespace
}  // namespace kplane::tests
