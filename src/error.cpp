// The messages of errors; see <kplane/error.hpp>.
#include <kplane/error.hpp>

#include <utility>

namespace kplane {

namespace {

bool is_worth_repeating(const ApiError::Info& info) noexcept {
  const bool busy = info.status == 429 || info.status == 502 || info.status == 503 || info.status == 504;
  return busy || (info.status >= 500 && info.retry_after.has_value());
}

std::string describe(const ApiError::Info& info) {
  std::string text = info.method + ' ' + info.url + ": " + std::to_string(info.status);
  if (!info.reason.empty()) text += ' ' + info.reason;
  if (!info.message.empty() && info.message != info.reason) text += ": " + info.message;
  if (!info.audit_id.empty()) text += " (audit ID " + info.audit_id + ')';
  return text;
}

}  // namespace

Error::~Error() = default;

ApiError::ApiError(Info info)
    : ErrorKind(describe(info), is_worth_repeating(info)), info_(std::make_shared<const Info>(std::move(info))) {}

}  // namespace kplane
