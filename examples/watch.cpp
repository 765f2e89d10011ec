// Watches the objects of one type in a plane and prints a line for each change, until Ctrl-C. The connection may break
// and the server may restart meanwhile: no change is missed, and none is told twice.
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string_view>
#include <thread>

#include <pthread.h>

#include <kplane/kplane.hpp>

#include "server.hpp"

namespace {

/// Turns Ctrl-C and SIGTERM into a stop, on a thread that waits for them: a signal handler may not request one.
class StopOnSignal {
 public:
  StopOnSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);  // before any other thread is made, which then inherits it
    thread_ = std::jthread([this] {
      int signal = 0;
      sigwait(&signals_, &signal);
      source_.request_stop();
    });
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  ~StopOnSignal() { pthread_kill(thread_.native_handle(), SIGTERM); }  // for a watch that ended by itself

  [[nodiscard]] kplane::StopToken token() const { return source_.token(); }

 private:
  sigset_t signals_{};
  kplane::StopSource source_;
  std::jthread thread_;
};

constexpr std::string_view to_string(kplane::WatchEventType type) {
  switch (type) {
    case kplane::WatchEventType::added:
      return "added";
    case kplane::WatchEventType::modified:
      return "modified";
    default:
      return "deleted";
  }
}

void watch(std::string_view cluster, std::string_view api_version, std::string_view plural) {
  const StopOnSignal stop;
  const examples::Server server;
  server.client().wait_until_ready(std::chrono::seconds(30), stop.token());
  const auto print = [](const kplane::WatchEvent& event) {
    std::cout << to_string(event.type) << ' ' << event.object.ns() << '/' << event.object.name() << " at "
              << event.object.resource_version() << std::endl;
    return true;
  };
  server.client().plane(cluster).resource(api_version, plural).watch(print, {.stop = stop.token()});
}

}  // namespace

int main(int count, char** values) {
  constexpr int kBadUsage = 2;
  const std::span arguments(values, static_cast<std::size_t>(count));
  if (arguments.size() != 4) {
    std::cerr << "usage: watch PLANE API_VERSION RESOURCE, such as: watch team-alpha v1 pods\n"
                 "  KPLANE_HOST and KPLANE_TOKEN name the server\n";
    return kBadUsage;
  }
  try {
    watch(arguments[1], arguments[2], arguments[3]);
    return EXIT_SUCCESS;
  } catch (const kplane::StoppedError&) {
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "watch: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
