// A run that does everything but end: the test kills it. Arguments: the run's name, how many planes its Fleet has, how
// many seconds its Lease lasts. The server is that of the environment.
#include <chrono>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <kplane/kplane.hpp>
#include <kplane/rl/run.hpp>

int main(int count, char** arguments) {
  constexpr int expected = 4;
  if (count != expected) return 2;
  const kplane::Client client = kplane::Client::from_env();
  kplane::rl::RunOptions run_options;
  run_options.name = arguments[1];
  run_options.lease_duration = std::chrono::seconds(std::stoi(arguments[3]));
  kplane::rl::Run run(client, run_options);

  kplane::FleetSpec spec;
  spec.replicas = std::stoi(arguments[2]);
  kplane::Fleet fleet = run.create_fleet(run_options.name, spec);
  kplane::WaitOptions wait;
  wait.probe_members = true;
  fleet.wait_until_ready(wait);
  std::vector<kplane::Plane> planes = fleet.planes();
  planes.push_back(run.plane(run_options.name + "-outside"));
  planes.back().wait_until_ready();
  const kplane::Manifests shop = kplane::Manifests::from_yaml(R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: menu, namespace: shop, finalizers: [example.org/held]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'web:1'}]}
)");
  for (const auto& results : client.apply(planes, shop)) results.raise_if_failed();
  kplane::AgentOptions agent;
  agent.role = "cluster-admin";
  for (const kplane::Plane& plane : planes) static_cast<void>(plane.agent_kubeconfig(agent));
  std::cout << run.id() << std::endl;
  ::pause();
}
