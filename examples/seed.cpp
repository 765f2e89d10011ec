// Applies a directory of manifests, such as seed/shop, to every plane of a Fleet, concurrently.
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <kplane/kplane.hpp>

#include "server.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kUsage = R"(usage: seed FLEET DIRECTORY [--create N] [--force]

Applies the manifests in DIRECTORY (*.yaml, *.yml, *.json) to every plane of the
Fleet. Runs against KPLANE_HOST (with KPLANE_TOKEN) if it is set, otherwise against
its own server.

  --create N   create the Fleet with N planes if it does not exist
  --force      take over fields that another manager owns, instead of a conflict
  --help       show this text
)";

struct Arguments {
  std::string fleet;
  std::string directory;
  std::optional<std::int32_t> create;
  bool force = false;
  bool help = false;
};

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::int32_t parse_planes(std::string_view text) {
  constexpr std::int32_t kMaxPlanes = 10'000;
  std::int32_t planes = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, planes);
  if (error == std::errc{} && stop == end && planes > 0 && planes <= kMaxPlanes) return planes;
  throw UsageError("--create takes a whole number from 1 to " + std::to_string(kMaxPlanes));
}

Arguments parse_arguments(const std::vector<std::string>& words) {
  Arguments parsed;
  std::vector<std::string> places;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--help" || words[i] == "-h") {
      parsed.help = true;
    } else if (words[i] == "--force") {
      parsed.force = true;
    } else if (words[i] == "--create") {
      parsed.create = parse_planes(i + 1 < words.size() ? words[++i] : "");
    } else if (words[i].starts_with('-')) {
      throw UsageError("unknown option " + words[i]);
    } else {
      places.push_back(words[i]);
    }
  }
  if (parsed.help) return parsed;
  if (places.size() != 2) throw UsageError("exactly FLEET and DIRECTORY are required");
  parsed.fleet = places[0];
  parsed.directory = places[1];
  return parsed;
}

kplane::Fleet fleet_for(const kplane::Client& client, const Arguments& arguments) {
  if (!arguments.create) return client.get_fleet(arguments.fleet);
  if (auto fleet = client.find_fleet(arguments.fleet)) return *fleet;
  return client.create_fleet(arguments.fleet, {.replicas = *arguments.create});
}

void print_failures(const kplane::ManifestResults& results) {
  for (const kplane::ManifestResult& result : results) {
    if (!result.error) continue;
    const kplane::Manifest& manifest = result.manifest;
    std::cerr << "seed: " << results.plane().cluster() << ": " << manifest.kind << ' ' << manifest.name << " ("
              << manifest.origin << "): " << result.error->what() << '\n';
  }
}

void print_plane(std::size_t done, std::size_t planes, const kplane::ManifestResults& latest) {
  std::cout << done << '/' << planes << ' ' << latest.plane().cluster() << ": " << latest.size() - latest.failed()
            << " applied, " << latest.failed() << " failed" << std::endl;  // flushed: the next plane may take a while
  print_failures(latest);
}

int run(const Arguments& arguments) {
  // Before anything is sent, so that a malformed manifest affects no plane.
  const kplane::Manifests manifests = kplane::Manifests::from_directory(arguments.directory);
  const examples::Server server;
  server.client().wait_until_ready(30s);
  kplane::Fleet fleet = fleet_for(server.client(), arguments);
  fleet.wait_until_ready({.timeout = 120s, .probe_members = true});

  bool all_applied = true;
  for (const kplane::ManifestResults& plane : fleet.apply(manifests, {.force = arguments.force}, {}, print_plane)) {
    all_applied = all_applied && plane;
  }
  return all_applied ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** arguments) {
  constexpr int kBadUsage = 2;
  try {
    const Arguments parsed = parse_arguments({arguments + 1, arguments + count});
    if (!parsed.help) return run(parsed);
    std::cout << kUsage;
    return EXIT_SUCCESS;
  } catch (const UsageError& error) {
    std::cerr << "seed: " << error.what() << "\n\n" << kUsage;
    return kBadUsage;
  } catch (const std::exception& error) {
    std::cerr << "seed: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
