// Memory runs out at one allocation after another of a PlanePool: each send comes to its end, and nothing hangs.
#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/plane_pool.hpp>

#include "process/failing_allocations.hpp"
#include "support/clients.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

/// In a process of its own, whose allocations do not fail.
class ServerProcess {
 public:
  explicit ServerProcess(std::string (*answer)(const std::string& request)) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // it does not outlive a test that crashes
      const RawServer server(answering(answer));
      const int port = std::stoi(server.base_url().substr(server.base_url().rfind(':') + 1));
      if (::write(ends[1], &port, sizeof port) != sizeof port) ::_exit(1);
      for (;;) ::pause();
    }
    const ssize_t size = ::read(ends[0], &port_, sizeof port_);
    ::close(ends[0]);
    ::close(ends[1]);
    if (size != sizeof port_) throw std::runtime_error("no server");
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  pid_t process_ = -1;
  int port_ = 0;
};

std::string answer(const std::string& request) {
  if (request.find("control-plane/state") == std::string::npos) {
    return http_response(200, R"({"metadata":{"name":"a","namespace":"default","uid":"u","resourceVersion":"8"}})");
  }
  return http_response(200, state_body(cluster_of(request)));
}

class PoolMemory : public ::testing::Test {
 protected:
  /// Two sends to each of two planes: one that writes, one with a function.
  void use_pool(int workers) const {
    rl::PlanePool pool(client_, planes_, {.quiet = std::chrono::milliseconds{0}, .workers = workers});
    std::size_t sent = 0;
    try {
      for (std::size_t i = 0; i < planes_.size(); ++i) {
        const Resource maps = planes_[i].resource("v1", "configmaps").in("default");
        pool.send(i, maps.apply_request(R"({"metadata":{"name":"a"}})"));
        ++sent;
        if (workers == 0) continue;
        pool.send(i, [](const Plane& plane) { static_cast<void>(plane.state()); });
        ++sent;
      }
    } catch (const std::bad_alloc&) {  // of a send: those before it go on
    }
    std::size_t received = 0;
    while (received < sent) {
      try {
        const Vector<rl::Observation> seen = pool.recv(1, std::chrono::seconds{20});
        ASSERT_FALSE(seen.empty()) << "a send has no observation";
        received += seen.size();
        for (const rl::Observation& one : seen) check(one);
      } catch (const std::bad_alloc&) {  // nothing is lost: the next one gets what this one would have got
      }
    }
    EXPECT_EQ(pool.pending(), 0U);
  }

  void check(const rl::Observation& seen) const {
    if (!seen.state) return;
    EXPECT_EQ(seen.state->cluster, planes_[seen.index].cluster());
  }

  /// @param fail lets the n-th allocation fail
  void fail_each(int workers, const std::function<void(std::size_t nth)>& fail) {
    use_pool(workers);
    std::size_t nth = 1;
    for (;; ++nth) {
      fail(nth);
      try {
        use_pool(workers);
      } catch (const std::bad_alloc&) {  // of the constructor
      } catch (const Error& error) {
        EXPECT_NE(error.what()[0], '\0');
      }
      const bool has_failed = has_failed_allocation();
      fail_no_allocation();
      if (!has_failed || HasFatalFailure()) break;
    }
    EXPECT_GT(nth, 10U);
    use_pool(workers);
  }

  const ServerProcess server_{answer};
  const Client client_{server_.base_url(), without_retries()};
  const std::vector<Plane> planes_ = {client_.plane("alpha"), client_.plane("beta")};
};

TEST_F(PoolMemory, ThatRunsOutInItsThreadEndsEachSend) {
  fail_each(0, [](std::size_t nth) { fail_allocation_elsewhere(nth, 0); });
}

TEST_F(PoolMemory, ThatRunsOutInItsWorkersEndsEachSend) {
  fail_each(1, [](std::size_t nth) { fail_allocation_elsewhere(nth, 0); });
}

TEST_F(PoolMemory, ThatRunsOutInASendEndsTheOthers) {
  fail_each(1, [](std::size_t nth) { fail_own_allocation(nth); });
}

}  // namespace
}  // namespace kplane::tests
