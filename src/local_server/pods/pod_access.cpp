#include "local_server/pods/pod_access.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

std::string parameter(const RestRequest& request, const char* name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string{} : found->second;
}

void check_number(const RestRequest& request, const char* name, std::int64_t least, std::vector<Cause>& causes) {
  const std::string text = parameter(request, name);
  if (text.empty()) return;
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) {
    throw StatusError(bad_request("strconv.ParseInt: parsing \"" + text + "\": invalid syntax"));
  }
  if (number >= least) return;
  const char* const problem = least == 0 ? "must be greater than or equal to 0" : "must be greater than 0";
  causes.push_back({"FieldValueInvalid", "Invalid value: " + text + ": " + problem, name});
}

void check_log_options(const RestRequest& request) {
  std::vector<Cause> causes;
  check_number(request, "tailLines", 0, causes);
  check_number(request, "limitBytes", 1, causes);
  check_number(request, "sinceSeconds", 1, causes);
  if (!parameter(request, "sinceSeconds").empty() && !parameter(request, "sinceTime").empty()) {
    causes.push_back(
        {"FieldValueForbidden", "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified", ""});
  }
  if (causes.empty()) return;
  const ResourceType options{"", "v1", "", "PodLogOptions"};
  throw StatusError(invalid(options, request.name, causes));
}

std::vector<std::string> container_names(const json& spec) {
  std::vector<std::string> names;
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    const json containers = spec.value(list, json::array());
    for (const json& container : containers) names.push_back(string_member(container, "name"));
  }
  return names;
}

void check_container(const RestRequest& request, const json& spec) {
  const std::vector<std::string> names = container_names(spec);
  const std::string wanted = parameter(request, "container");
  if (wanted.empty() && spec.value("containers", json::array()).size() == 1) return;
  std::string all;
  for (const auto& name : names) {
    if (name == wanted) return;
    all += (all.empty() ? "" : " ") + name;
  }
  if (!wanted.empty()) throw StatusError(bad_request("container " + wanted + " is not valid for pod " + request.name));
  throw StatusError(
      bad_request("a container name must be specified for pod " + request.name + ", choose one of: [" + all + "]"));
}

}  // namespace

Answer answer_pod_access(const Store& store, const RestRequest& request) {
  const ResourceType& pods = *find_built_in("", "pods");
  const std::string& part = request.subresource;
  if (part == "log") check_log_options(request);
  const auto pod = store.get(pods, {request.ns, request.name});
  if (pod == nullptr) throw StatusError(not_found(pods, request.name));
  if (part == "proxy") throw StatusError(bad_request("address not allowed"));
  const json spec = pod->value().value("spec", json::object());
  if (part != "portforward") check_container(request, spec);
  const std::string node = string_member(spec, "nodeName");
  if (node.empty() && part == "log") return Answer{204, "", ""};
  if (node.empty()) throw StatusError(bad_request("pod " + request.name + " does not have a host assigned"));
  // A real server, too, names the node and calls it a pod.
  if (store.get(*find_built_in("", "nodes"), {"", node}) == nullptr) throw StatusError(not_found(pods, node));
  throw StatusError(unexplained_error("no preferred addresses found; known addresses: []"));
}

}  // namespace kplane::testing::server
