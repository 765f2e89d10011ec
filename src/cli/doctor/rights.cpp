// Asks the server, by a SelfSubjectAccessReview each, whether this account may do what the library does.
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/event_loop.hpp>

#include "cli/doctor/checks.hpp"

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
  std::size_t asked = 0;
  std::map<std::string, std::vector<std::string>> refused{};  ///< by what does not work without
  std::shared_ptr<const Error> error{};                       ///< the first one
};

void ask(EventLoop& loop, Answers& answers, const Examination& examination, const Plane& plane,
         const std::vector<Needed>& all) {
  for (const Needed& needed : all) {
    for (const std::string_view verb : needed.verbs) {
      ++answers.asked;
      const std::string type = needed.resource == "*" ? "all types" : std::string(needed.resource);
      const std::string right = std::string(verb) + ' ' + type;
      loop.send(plane, review(needed, verb, examination.left()),
                [&answers, right, work = std::string(needed.needed_for)](const ResponseResult& result) {
                  if (!result) {
                    if (!answers.error) answers.error = result.error().share();
                  } else if (!(*result).object().get<bool>("/status/allowed").value_or(false)) {
                    answers.refused[work].push_back(right);
                  }
                });
    }
  }
}

std::string refusals_text(const Answers& answers) {
  std::string text;
  for (const auto& [work, rights] : answers.refused) {
    text += (text.empty() ? "" : "; ") + work + ": ";
    for (std::size_t i = 0; i < rights.size(); ++i) text += (i > 0 ? ", " : "") + rights[i];
  }
  return text;
}

}  // namespace

Finding check_rights(Examination& examination) {
  Answers of_root;
  Answers of_plane;
  EventLoopOptions options;
  options.concurrency = 16;
  options.stop = examination.stop();
  {
    EventLoop loop(examination.client(), options);
    ask(loop, of_root, examination, examination.root(), in_root());
    if (examination.plane()) ask(loop, of_plane, examination, *examination.plane(), in_plane());
    loop.run_until_idle();
  }
  for (const Answers& answers : {of_root, of_plane}) {
    if (answers.error) answers.error->raise();
  }
  const Json data = {{"asked", of_root.asked + of_plane.asked},
                     {"refusedInRoot", of_root.refused},
                     {"refusedInPlane", of_plane.refused}};
  std::string refused;
  if (!of_root.refused.empty()) refused = "refused in the root plane: " + refusals_text(of_root);
  if (!of_plane.refused.empty())
    refused += (refused.empty() ? "" : "; ") + std::string("refused in ") + examination.subject_name() + ": " +
               refusals_text(of_plane);
  if (refused.empty())
    return ok("all " + std::to_string(of_root.asked + of_plane.asked) + " that the library uses" +
                  (examination.plane() ? "" : " in the root plane"),
              data);
  return failure(refused, "give this account a role with these rights in that plane; rights are each plane's own",
                 data);
}

}  // namespace kplane::cli
