// A server's name that comes to mean another address, as in a failover: it is looked up again.
#include <dlfcn.h>
#include <netdb.h>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/kplane.hpp>

#include "support/clients.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace {

constexpr std::string_view moving_name = "moving.test";

std::atomic<int> lookups{0};
std::atomic<int> lookups_of_old_address{0};  ///< so many are answered by the address where nothing listens any more

}  // namespace

/// libcurl's. Other names are resolved as ever.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* name, const char* service,
                                                                  const addrinfo* hints, addrinfo** found) {
  using Function = decltype(&::getaddrinfo);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name == nullptr || name != moving_name) return real(name, service, hints, found);
  return real(lookups++ < lookups_of_old_address ? "127.0.0.2" : "127.0.0.1", service, hints, found);
}

namespace kplane::tests {
namespace {

class Names : public ::testing::Test {
 protected:
  Names() {
    lookups = 0;
    lookups_of_old_address = 1;
  }

  [[nodiscard]] Client client(const ClientOptions& options) const {
    return Client("http://moving.test:" + std::to_string(server_.port()), options);
  }

  RawServer server_{serving_states()};
};

TEST_F(Names, AreLookedUpAgainAfterAConnectionThatFailed) {
  EXPECT_EQ(client(with_quick_retries(2)).plane("a").state().cluster, "a");
  EXPECT_EQ(lookups, 2);
}

TEST_F(Names, AreLookedUpAgainWithinABatch) {
  const Client client = this->client(with_quick_retries(2));
  const std::vector<Plane> planes = {client.plane("a"), client.plane("b")};
  for (const StateResult& state : client.states(planes)) EXPECT_TRUE(state) << state.error().what();
}

TEST_F(Names, AreLookedUpAgainWithinAnEventLoop) {
  const Client client = this->client(with_quick_retries(2));
  EventLoop loop(client);
  int succeeded = 0;
  for (int i = 0; i < 2; ++i) {
    lookups = 0;
    loop.read_state(client.plane("a"), {}, [&](const StateResult& state) { succeeded += state ? 1 : 0; });
    loop.run_until_idle();
  }
  EXPECT_EQ(succeeded, 2);
  EXPECT_EQ(lookups, 0) << "the second one uses the connection of the first";
}

TEST_F(Names, AreLookedUpOnceForTheConnectionsOfABatch) {
  lookups_of_old_address = 0;
  const Client client = this->client(without_retries());
  std::vector<Plane> planes;
  for (int i = 0; i < 16; ++i) planes.push_back(client.plane("p" + std::to_string(i)));
  for (const StateResult& state : client.states(planes)) EXPECT_TRUE(state) << state.error().what();
  EXPECT_GE(lookups, 1);
  EXPECT_LE(lookups, 16) << "not more often than connections are opened";
}

}  // namespace
}  // namespace kplane::tests
