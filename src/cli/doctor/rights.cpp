// Asks the server, by a SelfSubjectAccessReview each, whether this account may do what the library does.
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kplane/event_loop.hpp>

#include "cli/doctor/checks.hpp"
#include "cli/output/shown.hpp"

namespace kplane::cli {

namespace {

/// One type, and what is done to its objects.
struct Needed {
  std::string_view needed_for;  ///< what does not work without
  std::string_view group;
  std::string_view resource;  ///< `type/subresource`; `*`: all types
  std::string_view ns;        ///< empty: all namespaces, or none
  std::vector<std::string_view> verbs;
};

const std::vector<Needed>& in_root() {
  static const std::vector<Needed> all = {
      {"Fleets", "kplane.dev", "fleets", "", {"get", "list", "watch", "create", "patch", "delete"}},
      {"rl::Run and sweep", "coordination.k8s.io", "leases", "default", {"get", "list", "create", "patch", "delete"}},
      {"rl::Run and sweep", "", "configmaps", "default", {"get", "list", "create", "patch", "delete"}},
      {"waiting for a plane", "", "namespaces", "", {"get"}},
  };
  return all;
}

const std::vector<Needed>& in_plane() {
  static const std::vector<Needed> all = {
      {"waiting for the plane", "", "namespaces", "", {"get"}},
      {"apply, restore and purge", "*", "*", "", {"get", "list", "create", "update", "patch", "delete"}},
      {"apply, restore and purge", "", "namespaces/finalize", "", {"update"}},
      {"custom types", "apiextensions.k8s.io", "customresourcedefinitions", "", {"list"}},
      {"agent_kubeconfig()", "", "serviceaccounts", "", {"create", "delete"}},
      {"agent_kubeconfig()", "", "serviceaccounts/token", "", {"create"}},
      {"agent_kubeconfig()", "rbac.authorization.k8s.io", "rolebindings", "", {"create", "delete"}},
      {"agent_kubeconfig()", "rbac.authorization.k8s.io", "clusterroles", "", {"get", "list", "bind", "escalate"}},
  };
  return all;
}

Request review(const Needed& needed, std::string_view verb, std::chrono::milliseconds timeout) {
  const std::size_t slash = needed.resource.find('/');
  Json attributes = {{"verb", verb}, {"group", needed.group}, {"resource", needed.resource.substr(0, slash)}};
  if (slash != std::string_view::npos) attributes["subresource"] = needed.resource.substr(slash + 1);
  if (!needed.ns.empty()) attributes["namespace"] = needed.ns;
  const Json body = {{"apiVersion", "authorization.k8s.io/v1"},
                     {"kind", "SelfSubjectAccessReview"},
                     {"spec", {{"resourceAttributes", attributes}}}};
  Request request;
  request.method = "POST";
  request.path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  request.body = json_text(body);
  request.timeout = timeout;
  request.idempotent = true;
  return request;
}

struct Answers {
  const std::vector<Needed>& all;
  std::size_t asked = 0;
  std::map<std::pair<std::size_t, std::size_t>, bool> allowed{};  ///< by positions of type and verb
  std::shared_ptr<const Error> error{};                           ///< the first one
};

void ask(EventLoop& loop, Answers& answers, const Examination& examination, const Plane& plane) {
  for (std::size_t type = 0; type < answers.all.size(); ++type) {
    const Needed& needed = answers.all[type];
    for (std::size_t verb = 0; verb < needed.verbs.size(); ++verb) {
      ++answers.asked;
      loop.send(plane, review(needed, needed.verbs[verb], examination.left()),
                [&answers, type, verb](const ResponseResult& result) {
                  if (result) {
                    answers.allowed[{type, verb}] = (*result).object().get<bool>("/status/allowed").value_or(false);
                  } else if (!answers.error) {
                    answers.error = result.error().share();
                  }
                });
    }
  }
}

/// What is refused, such as `get, list fleets`, by what does not work without.
std::map<std::string, std::vector<std::string>> refusals(const Answers& answers) {
  std::map<std::string, std::vector<std::string>> by_work;
  for (std::size_t type = 0; type < answers.all.size(); ++type) {
    const Needed& needed = answers.all[type];
    std::vector<std::string> verbs;
    for (std::size_t verb = 0; verb < needed.verbs.size(); ++verb) {
      const auto found = answers.allowed.find({type, verb});
      if (found != answers.allowed.end() && !found->second) verbs.emplace_back(needed.verbs[verb]);
    }
    if (verbs.empty()) continue;
    const std::string resource = needed.resource == "*" ? "all types" : std::string(needed.resource);
    by_work[std::string(needed.needed_for)].push_back(joined(verbs, verbs.size()) + ' ' + resource);
  }
  return by_work;
}

std::string refusals_text(const std::map<std::string, std::vector<std::string>>& by_work) {
  std::string text;
  for (const auto& [work, rights] : by_work) {
    text += (text.empty() ? "" : "; ") + work + ": ";
    for (std::size_t i = 0; i < rights.size(); ++i) text += (i > 0 ? " and " : "") + rights[i];
  }
  return text;
}

}  // namespace

Finding check_rights(Examination& examination) {
  Answers root{in_root()};
  Answers plane{in_plane()};
  EventLoopOptions options;
  options.concurrency = 16;
  options.stop = examination.stop();
  {
    EventLoop loop(examination.client(), options);
    ask(loop, root, examination, examination.root());
    if (examination.plane()) ask(loop, plane, examination, *examination.plane());
    loop.run_until_idle();
  }
  if (root.error) root.error->raise();
  if (plane.error) plane.error->raise();
  const auto in_root_plane = refusals(root);
  const auto in_that_plane = refusals(plane);
  const std::string count = std::to_string(root.asked + plane.asked);
  const Json data = {
      {"asked", root.asked + plane.asked}, {"refusedInRoot", in_root_plane}, {"refusedInPlane", in_that_plane}};
  std::string refused;
  if (!in_root_plane.empty()) refused = "refused in the root plane: " + refusals_text(in_root_plane);
  if (!in_that_plane.empty())
    refused += (refused.empty() ? "refused in " : "; refused in ") + examination.subject_name() + ": " +
               refusals_text(in_that_plane);
  if (refused.empty())
    return ok("all " + count + " that the library uses" + (examination.plane() ? "" : " in the root plane"), data);
  return failure(refused, "give this account a role with these rights in that plane; rights are each plane's own",
                 data);
}

}  // namespace kplane::cli
