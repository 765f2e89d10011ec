// A server that fails a probe or does not answer is not ready yet; one that rejects the credentials never will be.
#include "plane/plane_readiness.hpp"

#include <utility>

#include "base/poll.hpp"
#include "codec/object_list.hpp"
#include "plane/plane_access.hpp"

namespace kplane::detail {

namespace {

http::Request probe_request(const ClientCore& core, const std::string& base_url,
                            const std::shared_ptr<http::Credentials>& credentials, TimePoint deadline) {
  http::Request request = core.make_request("GET", base_url + "/readyz");
  request.credentials = credentials;
  request.deadline = deadline;
  request.max_attempts = 1;
  return request;
}

Readiness readiness_of(const Result<ApiResponse>& result) {
  if (result.ok()) return {true, {}};
  if (is_hopeless(*result.error())) result.error()->raise();
  return {false, result.error()->what()};
}

/// Whether the error means that waiting can never reveal what exists. If the credentials need not be valid in this
/// plane, this includes a 401: see ProbeScope::readyz.
bool hides_the_answer(const Error& error, ProbeScope scope) noexcept {
  const bool is_unknown_here = !scope.readyz && dynamic_cast<const Unauthorized*>(&error) != nullptr;
  return is_unknown_here || dynamic_cast<const Forbidden*>(&error) != nullptr || is_unserved(error);
}

class ProbeBatch final : public http::BatchHandler {
 public:
  ProbeBatch(const std::vector<Plane>& planes, ProbeScope scope, TimePoint deadline) {
    probes_.reserve(planes.size());
    for (const Plane& plane : planes) {
      probes_.emplace_back(PlaneAccess::endpoint(plane), scope, deadline);
      if (!probes_.back().is_done()) asked_.push_back(probes_.size() - 1);
    }
  }

  [[nodiscard]] std::size_t count() const noexcept { return asked_.size(); }

  http::Request make_request(std::size_t index) override { return probes_[asked_[index]].next_request(); }

  std::optional<http::FollowUp> take(std::size_t index, Result<http::Response> received) override {
    PlaneProbe& probe = probes_[asked_[index]];
    probe.take(std::move(received));
    if (probe.is_done()) return std::nullopt;
    return http::FollowUp{probe.next_request()};
  }

  [[nodiscard]] std::vector<Readiness> found() const {
    std::vector<Readiness> all;
    all.reserve(probes_.size());
    for (const PlaneProbe& probe : probes_) all.push_back(probe.found());
    return all;
  }

 private:
  std::vector<PlaneProbe> probes_;
  std::vector<std::size_t> asked_;  // those with requests to make
};

}  // namespace

Readiness probe(ClientCore& core, const std::string& base_url, const std::shared_ptr<http::Credentials>& credentials,
                TimePoint deadline, const StopToken& stop) {
  http::Request request = probe_request(core, base_url, credentials, deadline);
  request.stop = stop;
  return readiness_of(try_send(core.transport(), std::move(request)));
}

PlaneProbe::PlaneProbe(const PlaneEndpoint& endpoint, ProbeScope scope, TimePoint deadline)
    : endpoint_(&endpoint),
      scope_(scope),
      asks_for_bootstrap_(scope.bootstrapped && !endpoint.core->bootstrapped().contains(endpoint.cluster)),
      deadline_(deadline),
      step_(scope.readyz ? Step::readyz : first_of_bootstrap()) {}

PlaneProbe::Step PlaneProbe::first_of_bootstrap() const { return asks_for_bootstrap_ ? Step::ns : Step::done; }

http::Request PlaneProbe::next_request() const {
  http::Request request = endpoint_->core->make_request("GET", url());
  request.credentials = endpoint_->credentials;
  request.deadline = deadline_;
  request.max_attempts = 1;
  return request;
}

// These three namespaces cannot be deleted. ClusterRoleBindings are created after all ClusterRoles; any one is
// accepted, because each can be deleted.
std::string PlaneProbe::url() const {
  switch (step_) {
    case Step::ns:
      return endpoint_->base_url +
             "/api/v1/namespaces?labelSelector=kubernetes.io%2Fmetadata.name%20in%20(default,kube-public,kube-system)";
    case Step::roles:
      return endpoint_->base_url +
             "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?labelSelector=kubernetes.io%2Fbootstrapping%3D"
             "rbac-defaults&limit=1";
    case Step::readyz:
    case Step::done:
      break;
  }
  return endpoint_->base_url + "/readyz";
}

void PlaneProbe::take(Result<http::Response> received) {
  const Result<ApiResponse> result = to_result(std::move(received));
  if (!result.ok()) return take_error(*result.error());
  try {
    take_answer(result.value());
  } catch (const DecodeError& unreadable) {  // concerns one plane among many, and may be temporary
    fail(unreadable.what());
  }
}

void PlaneProbe::take_answer(const ApiResponse& answer) {
  constexpr std::size_t namespaces = 3;
  const std::size_t found = step_ == Step::readyz ? 0 : codec::decode_object_list(answer.body).objects.size();
  if (step_ == Step::ns && found < namespaces) {
    return fail("the plane is not bootstrapped yet: it has " + std::to_string(found) + " of " +
                std::to_string(namespaces) + " system namespaces");
  }
  if (step_ == Step::roles && found == 0) {
    return fail("the plane is not bootstrapped yet: it has no RBAC roles");
  }
  go_on();
}

void PlaneProbe::take_error(const Error& error) {
  if (step_ != Step::readyz && hides_the_answer(error, scope_)) {
    is_certain_ = false;
    return go_on();
  }
  if (is_hopeless(error)) error.raise();
  fail(error.what());
}

void PlaneProbe::go_on() {
  switch (step_) {
    case Step::readyz:
      step_ = first_of_bootstrap();
      return;
    case Step::ns:
      step_ = Step::roles;
      return;
    case Step::roles:
      if (is_certain_) endpoint_->core->bootstrapped().add(endpoint_->cluster);
      break;
    case Step::done:
      break;
  }
  step_ = Step::done;
}

void PlaneProbe::fail(std::string why) {
  found_ = {false, std::move(why)};
  step_ = Step::done;
}

Readiness probe_plane(const PlaneEndpoint& endpoint, ProbeScope scope, TimePoint deadline, const StopToken& stop) {
  ClientCore& core = *endpoint.core;
  PlaneProbe probe(endpoint, scope, deadline);
  while (!probe.is_done()) {
    http::Request request = probe.next_request();
    request.stop = stop;
    probe.take(core.transport().send(std::move(request)));
  }
  return probe.found();
}

std::vector<Readiness> probe_all(ClientCore& core, const std::vector<Plane>& planes, ProbeScope scope,
                                 TimePoint deadline, const StopToken& stop) {
  ProbeBatch batch(planes, scope, deadline);
  http::BatchLimits limits;
  limits.count = batch.count();
  limits.concurrency = core.options().max_connections;
  limits.deadline = deadline;
  limits.stops = core.stops(stop);
  if (limits.count != 0) core.transport().run(batch, limits);
  return batch.found();
}

void wait_until_ready(const ClientCore& core, std::chrono::milliseconds timeout, const StopToken& stop,
                      const std::string& what, const std::function<Readiness(TimePoint)>& look) {
  Poll poll(core.clock(), timeout, core.stops(stop));
  for (;;) {
    const Readiness found = look(poll.request_deadline(core.options().request_timeout));
    if (found.ready) return;
    if (!poll.wait()) {
      throw TimeoutError(what + " is not ready after " + std::to_string(timeout.count()) +
                         " ms; last result: " + found.why);
    }
  }
}

}  // namespace kplane::detail
