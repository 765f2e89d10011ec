// Fuzz target: the body of a failed request. Whatever it is, reading it must work.
#include "codec/status.hpp"

#include <string>

#include "target.hpp"

namespace kplane::fuzz::status_target {
namespace {

void run(std::string_view text) {
  constexpr std::size_t longest = std::size_t{16} * 1024;
  kplane::ApiError::Info info;
  info.status = 500;
  kplane::detail::Secrets secrets;
  const std::string secret = "long/secret+token";
  secrets.add(secret);
  kplane::codec::read_status(body_of(text), info, secrets);
  require(info.status == 500, "the HTTP status stays");
  require(info.message.size() <= longest, "a message has a bound");
  require(!info.retry_after || info.retry_after->count() > 0, "a wait is positive");
  const kplane::ApiError error(info);
  require(std::string(error.what()).find(secret) == std::string::npos, "no secret is shown");
  require(error.what()[0] != '\0', "an error says something");
}

const Registration registration("status", run);

}  // namespace
}  // namespace kplane::fuzz::status_target
