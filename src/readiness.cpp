// A server that answers "no", or not at all, is not ready; a server that does not know us never will be.
#include "readiness.hpp"

#include <utility>

#include "answer.hpp"
#include "poll.hpp"

namespace kplane::detail {

namespace {

http::Request probe_request(const ClientCore& core, const std::string& base_url,
                            const std::shared_ptr<http::Credentials>& credentials, std::chrono::milliseconds timeout) {
  http::Request request = core.make_request("GET", base_url + "/readyz");
  request.credentials = credentials;
  request.timeout = timeout;
  request.max_attempts = 1;
  return request;
}

Readiness judge_probe(http::Outcome outcome, const std::string& url) {
  const AnswerOrError judged = judge(std::move(outcome), "GET", url);
  const auto* error = std::get_if<std::shared_ptr<const Error>>(&judged);
  if (error == nullptr) return {true, {}};
  if (is_hopeless(**error)) (*error)->raise();
  return {false, (*error)->what()};
}

class ProbeBatch final : public http::BatchHandler {
 public:
  ProbeBatch(const ClientCore& core, const std::vector<Plane>& planes, std::chrono::milliseconds timeout)
      : core_(core), planes_(planes), timeout_(timeout), found_(planes.size()) {}

  http::Request make_request(std::size_t index) override {
    const PlaneTarget& target = PlaneAccess::target(planes_[index]);
    return probe_request(core_, target.base_url, target.credentials, timeout_);
  }

  std::optional<http::FollowUp> take(std::size_t index, http::Outcome outcome) override {
    found_[index] = judge_probe(std::move(outcome), planes_[index].base_url() + "/readyz");
    return std::nullopt;
  }

  [[nodiscard]] std::vector<Readiness> take_found() { return std::move(found_); }

 private:
  const ClientCore& core_;
  const std::vector<Plane>& planes_;
  const std::chrono::milliseconds timeout_;
  std::vector<Readiness> found_;
};

}  // namespace

Readiness probe(ClientCore& core, const std::string& base_url, const std::shared_ptr<http::Credentials>& credentials,
                std::chrono::milliseconds timeout, const StopToken& stop) {
  http::Request request = probe_request(core, base_url, credentials, timeout);
  request.stop = stop;
  return judge_probe(core.transport().send(std::move(request)), base_url + "/readyz");
}

std::vector<Readiness> probe_all(ClientCore& core, const std::vector<Plane>& planes, std::chrono::milliseconds timeout,
                                 const StopToken& stop) {
  ProbeBatch batch(core, planes, timeout);
  http::BatchLimits limits;
  limits.count = planes.size();
  limits.concurrency = core.options().max_connections;
  limits.deadline = http::deadline_after(core.clock().now(), timeout);
  limits.stops = core.stops(stop);
  core.transport().run(batch, limits);
  return batch.take_found();
}

void wait_until_ready(const ClientCore& core, std::chrono::milliseconds timeout, const StopToken& stop,
                      const std::string& what, const std::function<Readiness(std::chrono::milliseconds)>& look) {
  Poll poll(core.clock(), timeout, core.stops(stop));
  for (;;) {
    const Readiness found = look(poll.time_for_request(core.options().request_timeout));
    if (found.ready) return;
    if (!poll.wait()) {
      throw TimeoutError(what + " is not ready after " + std::to_string(timeout.count()) + " ms; last: " + found.why);
    }
  }
}

}  // namespace kplane::detail
