// The cells of pods, as pkg/printers of Kubernetes makes them.
#include <algorithm>
#include <string>

#include "local_server/base/json_text.hpp"
#include "local_server/print/cells.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

struct PodSummary {
  std::string reason{};
  std::int64_t ready = 0;
  std::int64_t total = 0;
  std::int64_t restarts = 0;
  std::string last_restart{};
};

bool has_true_condition(const json& object, const std::string& type) {
  for (const auto& condition : value_at(object, ".status.conditions")) {
    if (string_member(condition, "type") == type) return string_member(condition, "status") == "True";
  }
  return false;
}

/// One that starts before the others and goes on running.
bool is_sidecar(const json& pod, const std::string& name) {
  for (const auto& container : value_at(pod, ".spec.initContainers")) {
    if (string_member(container, "name") == name) return string_member(container, "restartPolicy") == "Always";
  }
  return false;
}

std::string end_of(const json& terminated) {
  std::string reason = string_member(terminated, "reason");
  if (!reason.empty()) return reason;
  const std::int64_t signal = number_at(terminated, ".signal");
  if (signal != 0) return "Signal:" + std::to_string(signal);
  return "ExitCode:" + std::to_string(number_at(terminated, ".exitCode"));
}

void count_restarts(PodSummary& summary, const json& container) {
  summary.restarts += number_at(container, ".restartCount");
  summary.last_restart = std::max(summary.last_restart, string_at(container, ".lastState.terminated.finishedAt"));
}

/// @return whether a container that starts first has not ended well yet
bool summarize_initialization(const json& pod, PodSummary& all, PodSummary& sidecars) {
  const json& statuses = list_at(pod, ".status.initContainerStatuses");
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const json& container = statuses[i];
    const json& terminated = value_at(container, ".state.terminated");
    const bool sidecar = is_sidecar(pod, string_member(container, "name"));
    count_restarts(all, container);
    if (sidecar) count_restarts(sidecars, container);
    if (terminated.is_object() && number_at(terminated, ".exitCode") == 0) continue;
    if (sidecar && value_at(container, ".started") == true) {
      if (value_at(container, ".ready") == true) ++all.ready;
      continue;
    }
    const std::string waits = string_at(container, ".state.waiting.reason");
    if (terminated.is_object()) {
      all.reason = "Init:" + end_of(terminated);
    } else if (!waits.empty() && waits != "PodInitializing") {
      all.reason = "Init:" + waits;
    } else {
      all.reason = "Init:" + std::to_string(i) + "/" + std::to_string(value_at(pod, ".spec.initContainers").size());
    }
    return true;
  }
  return false;
}

void summarize_containers(const json& pod, PodSummary& summary) {
  bool has_running = false;
  const json& statuses = list_at(pod, ".status.containerStatuses");
  for (std::size_t i = statuses.size(); i-- > 0;) {
    const json& container = statuses[i];
    const json& terminated = value_at(container, ".state.terminated");
    const std::string waits = string_at(container, ".state.waiting.reason");
    count_restarts(summary, container);
    if (!waits.empty()) {
      summary.reason = waits;
    } else if (terminated.is_object()) {
      summary.reason = end_of(terminated);
    } else if (value_at(container, ".ready") == true && value_at(container, ".state.running").is_object()) {
      has_running = true;
      ++summary.ready;
    }
  }
  if (summary.reason != "Completed" || !has_running) return;
  summary.reason = has_true_condition(pod, "Ready") ? "Running" : "NotReady";
}

std::string first_reason(const json& pod) {
  for (const auto& condition : value_at(pod, ".status.conditions")) {
    const bool gated = string_member(condition, "reason") == "SchedulingGated";
    if (gated && string_member(condition, "type") == "PodScheduled") return "SchedulingGated";
  }
  const std::string reason = string_at(pod, ".status.reason");
  return reason.empty() ? string_at(pod, ".status.phase") : reason;
}

PodSummary summarize(const json& pod) {
  PodSummary summary;
  PodSummary sidecars;
  summary.reason = first_reason(pod);
  summary.total = static_cast<std::int64_t>(value_at(pod, ".spec.containers").size());
  for (const auto& container : value_at(pod, ".spec.initContainers")) {
    if (string_member(container, "restartPolicy") == "Always") ++summary.total;
  }
  const bool initializing = summarize_initialization(pod, summary, sidecars);
  if (!initializing || has_true_condition(pod, "Initialized")) {
    summary.restarts = sidecars.restarts;
    summary.last_restart = sidecars.last_restart;
    summarize_containers(pod, summary);
  }
  if (value_at(pod, ".metadata.deletionTimestamp").is_null()) return summary;
  const std::string phase = string_at(pod, ".status.phase");
  if (string_at(pod, ".status.reason") == "NodeLost") {
    summary.reason = "Unknown";
  } else if (phase != "Succeeded" && phase != "Failed") {
    summary.reason = "Terminating";
  }
  return summary;
}

}  // namespace

json pod_ready(const json& pod, const std::vector<std::string>& /*arguments*/) {
  const PodSummary summary = summarize(pod);
  return std::to_string(summary.ready) + "/" + std::to_string(summary.total);
}

json pod_status(const json& pod, const std::vector<std::string>& /*arguments*/) { return summarize(pod).reason; }

json pod_restarts(const json& pod, const std::vector<std::string>& /*arguments*/) {
  const PodSummary summary = summarize(pod);
  const std::string count = std::to_string(summary.restarts);
  if (summary.restarts == 0 || summary.last_restart.empty()) return count;
  return count + " (" + age_of(summary.last_restart) + " ago)";
}

json pod_gates(const json& pod, const std::vector<std::string>& /*arguments*/) {
  const json& gates = list_at(pod, ".spec.readinessGates");
  if (gates.empty()) return "";
  const auto open = std::count_if(gates.begin(), gates.end(), [&](const json& gate) {
    return has_true_condition(pod, string_member(gate, "conditionType"));
  });
  return std::to_string(open) + "/" + std::to_string(gates.size());
}

}  // namespace kplane::testing::server
