// Fuzz target: the body of a failed request. Whatever it is, reading it must work.
#include "codec/status.hpp"

#include <string>

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = std::size_t{16} * 1024;
  kplane::ApiError::Info info;
  info.status = 500;
  kplane::detail::Secrets secrets;
  const std::string secret = "long/secret+token";
  secrets.add(secret);
  kplane::codec::read_status(kplane::fuzz::body_of(kplane::fuzz::text_of(data, size)), info, secrets);
  kplane::fuzz::require(info.status == 500, "the HTTP status stays");
  kplane::fuzz::require(info.message.size() <= longest, "a message has a bound");
  kplane::fuzz::require(!info.retry_after || info.retry_after->count() > 0, "a wait is positive");
  const kplane::ApiError error(info);
  kplane::fuzz::require(std::string(error.what()).find(secret) == std::string::npos, "no secret is shown");
  kplane::fuzz::require(error.what()[0] != '\0', "an error says something");
  return 0;
}
