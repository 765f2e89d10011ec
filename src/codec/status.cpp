// An error body may come from the server, a proxy or a server that is still starting: it can be anything, and must
// never replace the HTTP error.
#include "codec/status.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <kplane/object.hpp>

#include "base/excerpt.hpp"
#include "base/shown_text.hpp"
#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane::codec {

namespace {

constexpr std::size_t longest_text = 512;      // of a text that is not a Status
constexpr std::size_t longest_message = 8192;  // of a Status' message
constexpr const char* no_status = "the answer is JSON, but not a Status";
constexpr std::size_t longest_read = std::size_t{64} * 1024;
constexpr std::size_t most_causes = 100;
constexpr std::int64_t longest_retry_seconds = 366LL * 24 * 60 * 60;

void read_status_object(const Object& status, ApiError::Info& info, const detail::Secrets& secrets) {
  // On one line and without control characters: these end up in errors and logs.
  const auto line_at = [&secrets](const Object& object, std::string_view pointer) {
    const std::string text = object.get<std::string>(pointer).value_or(std::string());
    return detail::shown_line(secrets.blotted(text.substr(0, longest_read)), longest_message);
  };
  info.reason = line_at(status, "/reason");
  info.message = line_at(status, "/message");
  info.details.name = line_at(status, "/details/name");
  info.details.group = line_at(status, "/details/group");
  info.details.kind = line_at(status, "/details/kind");
  info.details.uid = line_at(status, "/details/uid");
  for (const Object& cause : status.elements("/details/causes")) {
    if (info.details.causes.size() == most_causes) break;
    info.details.causes.push_back({line_at(cause, "/reason"), line_at(cause, "/message"), line_at(cause, "/field")});
  }
  const auto seconds = status.get<std::int64_t>("/details/retryAfterSeconds");
  if (seconds && *seconds > 0 && !info.retry_after)
    info.retry_after = std::chrono::seconds{std::min(*seconds, longest_retry_seconds)};
}

/// The handler that ends requests after their timeout writes Statuses without a kind (contract §9).
bool is_status(const Object& object) {
  const auto kind = object.get<std::string_view>("/kind");
  if (kind) return *kind == "Status";
  return object.get<std::string_view>("/status") == "Failure" && object.get<std::string_view>("/reason").has_value();
}

/// The error message of an object of another kind. Nothing else of it is shown: it may be a Secret or a TokenRequest.
std::string message_of(const Object& object, const detail::Secrets& secrets) {
  if (const auto kind = object.get<std::string>("/kind")) {
    return "the answer is not a Status but a " + detail::excerpt(secrets.blotted(kind->substr(0, longest_read)));
  }
  for (const char* pointer : {"/message", "/error/message", "/error_description", "/error", "/detail"}) {
    const auto text = object.get<std::string>(pointer);
    if (text) return detail::excerpt(detail::prose(secrets.blotted(text->substr(0, longest_read))), longest_text);
  }
  return no_status;
}

}  // namespace

void read_status(const std::shared_ptr<const detail::Document>& body, ApiError::Info& info,
                 const detail::Secrets& secrets) {
  ApiError::Info found = info;
  try {
    const json::Value value = json::root(*body);
    const Object object = detail::ObjectAccess::make_object(body, value.text);
    if (value.kind == json::Kind::object) {
      if (is_status(object)) {
        read_status_object(object, found, secrets);
      } else {
        found.message = message_of(object, secrets);
      }
    } else {
      found.message = no_status;
    }
    info = std::move(found);
    return;
  } catch (const DecodeError&) {  // not a Status: its text is the message
  }
  const std::string text = secrets.blotted(std::string(body->text().substr(0, longest_read)));
  info.message = detail::excerpt(detail::prose(text), longest_text);
}

}  // namespace kplane::codec
