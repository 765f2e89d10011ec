// What the tests of processes start, trace and kill. The server is that of the environment.
// Arguments: MODE NAME
//   run      creates a run of this name, a Fleet of two planes, an object in each, and removes all of it
//   streams  reads a plane's state with its standard streams closed, and writes to these in between
//   exit     ends by exit() while a batch is running
//   record   records to the file NAME with its standard streams closed, and writes to these in between
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>

namespace {

using kplane::Client;

void live_and_die(const Client& client, const std::string& name) {
  kplane::rl::RunOptions options;
  options.name = name;
  options.lease_duration = std::chrono::seconds{1};
  kplane::rl::Run run(client, options);
  kplane::FleetSpec spec;
  spec.replicas = 2;
  const kplane::Fleet fleet = run.create_fleet(name, spec);
  for (const kplane::Plane& plane : fleet.planes()) {
    plane.resource("v1", "configmaps")
        .in("default")
        .create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"menu"}})");
  }
  run.close();
}

void close_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(stream);
}

/// As a program does that does not know that it has no output.
void print() {
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) static_cast<void>(::write(stream, "log\n", 4) == 4);
}

void read_without_streams(const Client& client, const std::string& name) {
  const kplane::Plane plane = client.plane(name);
  close_standard_streams();
  for (int i = 0; i < 3; ++i) {
    if (plane.state().cluster != name) std::_Exit(3);
    print();
    const auto states = client.states({plane, client.plane(name + "-2")});
    if (!states.at(0) || !states.at(1)) std::_Exit(3);
    print();
  }
}

void exit_in_batch(const Client& client, const std::string& name) {
  std::vector<kplane::Plane> planes;
  for (int i = 0; i < 8; ++i) planes.push_back(client.plane(name + std::to_string(i)));
  client.for_each_state(planes, [](const kplane::StateResult& state) { std::exit(state ? EXIT_SUCCESS : 3); });
}

void record_without_streams(const Client& client, const std::string& path) {
  kplane::rl::Step step;
  step.plane = "a";
  step.state = client.plane("a").state();
  close_standard_streams();
  kplane::rl::Recorder recorder(path);
  for (step.step = 0; step.step < 3; ++step.step) {
    recorder.append(step);
    print();
  }
  recorder.close();
}

}  // namespace

int main(int count, char** arguments) {
  const std::map<std::string_view, std::function<void(const Client&, const std::string&)>> modes = {
      {"run", live_and_die},
      {"streams", read_without_streams},
      {"exit", exit_in_batch},
      {"record", record_without_streams}};
  constexpr int expected = 3;
  const auto mode = count == expected ? modes.find(arguments[1]) : modes.end();
  if (mode == modes.end()) return 2;
  mode->second(Client::from_env(), arguments[2]);
}
