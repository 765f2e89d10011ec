#include "cli/doctor/examination.hpp"

#include <algorithm>

namespace kplane::cli {

namespace {

Client client_of(const Session& session, std::chrono::milliseconds deadline, const std::shared_ptr<Traffic>& traffic) {
  ClientOptions options;
  options.observer = [traffic](const RequestEvent& event) { traffic->note(event); };
  options.retry.max_attempts = 1;  // what fails now and then is what is looked for
  options.connect_timeout = deadline;
  options.request_timeout = deadline;
  return session.client(std::move(options));
}

}  // namespace

void Traffic::note(const RequestEvent& event) {
  const std::lock_guard<std::mutex> lock(mutex_);
  last_ = event;
}

RequestEvent Traffic::last() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return last_;
}

Examination::Examination(const Session& session, const std::string& plane, std::chrono::milliseconds deadline)
    : deadline_(deadline),
      stop_(session.stop()),
      client_(client_of(session, deadline, traffic_)),
      root_(client_.root_plane()),
      plane_(plane.empty() ? client_.find_default_plane() : client_.plane(plane)) {}

std::chrono::milliseconds Examination::left() const noexcept {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(ends_ - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds(1));
}

Response Examination::get(const Plane& plane, const std::string& path) const {
  Request request;
  request.path = path;
  request.timeout = left();
  return plane.request(request);
}

GetOptions Examination::get_options() const {
  GetOptions options;
  options.timeout = left();
  return options;
}

ListOptions Examination::list_options() const {
  ListOptions options;
  options.timeout = left();
  return options;
}

StateOptions Examination::state_options() const {
  StateOptions options;
  options.timeout = left();
  return options;
}

}  // namespace kplane::cli
