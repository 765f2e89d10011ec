// Watches the objects of one type in a plane and prints a line for each change, until Ctrl-C. Even if the connection
// breaks or the server restarts, no change is missed and none is reported twice.
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string_view>

#include <kplane/kplane.hpp>
#include <kplane/rl/interrupted.hpp>

#include "server.hpp"

namespace {

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
  const kplane::rl::Interrupted interrupted;
  const examples::Server server;
  server.client().wait_until_ready(std::chrono::seconds(30), interrupted.token());
  const auto print = [](const kplane::WatchEvent& event) {
    std::cout << to_string(event.type) << ' ' << event.object.ns() << '/' << event.object.name() << " at "
              << event.object.resource_version() << std::endl;
    return true;
  };
  server.client().plane(cluster).resource(api_version, plural).watch(print, {.stop = interrupted.token()});
}

}  // namespace

int main(int count, char** values) {
  constexpr int kBadUsage = 2;
  const std::span arguments(values, static_cast<std::size_t>(count));
  if (arguments.size() != 4) {
    std::cerr << "usage: watch PLANE API_VERSION RESOURCE, such as: watch team-alpha v1 pods\n"
                 "  The server is that of KPLANE_HOST and KPLANE_TOKEN\n";
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
