#include "restore/read_calls.hpp"

#include "resource/expected_answer.hpp"
#include "resource/type_search.hpp"

namespace kplane::detail {

namespace {

std::string query_of_all_types() {
  StateOptions options;
  options.include_empty = true;  // otherwise an unsynced type could not be distinguished from one without objects
  return state_query(options);
}

}  // namespace

StateCall::StateCall(const PlaneEndpoint& endpoint, TimePoint deadline)
    : read_(endpoint, query_of_all_types(), true, deadline) {}

http::Request StateCall::request() { return next_ ? *next_ : read_.first_request(); }

std::optional<Milliseconds> StateCall::take(Result<http::Response> received) {
  next_ = read_.take(std::move(received));
  if (next_) return Milliseconds{0};
  Result<Snapshot> result = read_.take_result();
  if (!result.ok()) return fail(result.error());
  state_ = std::move(result).value();
  return std::nullopt;
}

std::optional<Milliseconds> ListCall::take(Result<http::Response> received) {
  const Result<ApiResponse> result = without_failure(to_result(std::move(received)));
  if (!result.ok() && is_unserved(*result.error())) {
    listing_.take_unserved();
    return std::nullopt;
  }
  try {
    return listing_.take(result) ? std::make_optional(Milliseconds{0}) : std::nullopt;
  } catch (const Error& error) {
    return fail(error.share());
  }
}

http::Request VersionCall::request() { return version_request(endpoint_); }

std::optional<Milliseconds> VersionCall::take(Result<http::Response> received) {
  const Result<ApiResponse> result = to_result(std::move(received));
  if (!result.ok()) return fail(result.error());
  try {
    static_cast<void>(take_version(endpoint_, result.value().body));
  } catch (const DecodeError& error) {
    return fail(error.share());
  }
  return std::nullopt;
}

}  // namespace kplane::detail
