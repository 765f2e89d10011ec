// What a process does around a client: fork, and exit with statics alive.
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <memory>

#include "support/served.hpp"

namespace kplane::tests {
namespace {

class ProcessTest : public ServedTest {};
KPLANE_TEST_OVER_BOTH_SCHEMES(ProcessTest);

/// Runs `work` in a child process. @return its exit code
template <class Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work() ? 0 : 1);
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_P(ProcessTest, ForkedChildUsesConnectionsOfItsOwn) {
  const Client client = this->client();
  const Plane plane = client.plane("a");
  (void)plane.state();
  (void)client.states({plane});
  const std::size_t before = server().connection_count();
  EXPECT_EQ(in_child([&] { return plane.state().cluster == "a" && client.states({plane}).at(0)->cluster == "a"; }), 0);
  EXPECT_EQ(server().connection_count(), before + 2);
  EXPECT_EQ(plane.state().cluster, "a") << "the parent's connection is still good";
  EXPECT_EQ(server().connection_count(), before + 2);
}

}  // namespace
}  // namespace kplane::tests
