// All the text that an error or an event shows, for finding what must not be in it.
#pragma once

#include <string>

#include <kplane/client_options.hpp>
#include <kplane/error.hpp>

namespace kplane::tests {

[[nodiscard]] inline std::string shown_by(const Error& error) {
  std::string shown = error.what();
  const auto* answer = dynamic_cast<const ApiError*>(&error);
  if (answer == nullptr) return shown;
  shown += '\n' + answer->message() + '\n' + answer->reason() + '\n' + answer->audit_id();
  const StatusDetails& details = answer->details();
  shown += '\n' + details.name + '\n' + details.kind + '\n' + details.group + '\n' + details.uid;
  for (const StatusCause& cause : details.causes) {
    shown += '\n' + cause.reason + '\n' + cause.message + '\n' + cause.field;
  }
  return shown;
}

[[nodiscard]] inline std::string shown_by(const RequestEvent& event) {
  std::string shown = event.url + '\n' + event.error + '\n';
  for (const std::string& warning : event.warnings) shown += warning + '\n';
  return shown;
}

}  // namespace kplane::tests
