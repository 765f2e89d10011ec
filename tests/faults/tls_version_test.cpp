// Which versions of TLS a client offers.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>

#include "support/clients.hpp"
#include "support/raw_server.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

/// Takes what stands in front of a ClientHello (RFC 8446 §4.1.2).
class Hello {
 public:
  explicit Hello(std::string_view text) : rest_(text) {}

  std::size_t take_number(std::size_t bytes) {
    std::size_t number = 0;
    for (const char c : take(bytes)) number = number << 8U | static_cast<std::uint8_t>(c);
    return number;
  }
  std::string_view take(std::size_t bytes) {
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  [[nodiscard]] bool is_empty() const noexcept { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// The oldest version that a ClientHello offers, as on the wire: 0x0303 is TLS 1.2. 0: it is none.
std::size_t oldest_version(std::string_view record) {
  constexpr std::size_t record_head = 5;
  constexpr std::size_t message_head = 4;
  constexpr std::size_t random = 32;
  constexpr std::size_t supported_versions = 43;
  Hello hello(record);
  (void)hello.take(record_head + message_head);
  std::size_t oldest = hello.take_number(2);
  (void)hello.take(random);
  (void)hello.take(hello.take_number(1));
  (void)hello.take(hello.take_number(2));
  (void)hello.take(hello.take_number(1));
  (void)hello.take_number(2);
  while (!hello.is_empty()) {
    const std::size_t type = hello.take_number(2);
    Hello extension(hello.take(hello.take_number(2)));
    if (type != supported_versions) continue;
    (void)extension.take_number(1);
    while (!extension.is_empty()) {
      const std::size_t version = extension.take_number(2);
      const bool is_reserved = (version & 0x0f0fU) == 0x0a0aU;  // RFC 8701
      if (!is_reserved) oldest = std::min(oldest, version);
    }
  }
  return oldest;
}

/// Where openssl.cnf allows every version. In a process that has not read it yet.
std::size_t oldest_offer_with_weak_configuration() {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "openssl.cnf").string();
  std::ofstream(path) << "openssl_conf = conf\n[conf]\nssl_conf = ssl\n[ssl]\nsystem_default = weak\n"
                         "[weak]\nMinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n";
  ::setenv("OPENSSL_CONF", path.c_str(), 1);
  std::mutex mutex;
  std::string hello;
  const RawServer server([&](Connection& connection) {
    const std::lock_guard lock(mutex);
    hello = connection.read_some();
  });
  try {
    (void)Client("https://127.0.0.1:" + std::to_string(server.port()), without_retries()).is_ready();
  } catch (const Error&) {  // the server says nothing
  }
  const std::lock_guard lock(mutex);
  return oldest_version(hello);
}

TEST(Tls, IsVersion12AtLeastWhateverOpensslCnfSays) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr std::size_t tls_1_2 = 0x0303;
  EXPECT_EXIT(std::exit(oldest_offer_with_weak_configuration() == tls_1_2 ? 0 : 1), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace kplane::tests
