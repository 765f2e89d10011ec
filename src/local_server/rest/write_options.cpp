#include "local_server/rest/write_options.hpp"

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

constexpr std::size_t kMaxManager = 128;

std::string query_value(const RestRequest& request, const char* name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string{} : found->second;
}

std::string options_kind(const RestRequest& request) {
  if (request.method == "POST") return "CreateOptions";
  if (request.method == "PUT") return "UpdateOptions";
  return request.method == "DELETE" ? "DeleteOptions" : "PatchOptions";
}

[[noreturn]] void refuse(const RestRequest& request, Cause cause) {
  ResourceType options;
  options.group = "meta.k8s.io";
  options.kind = options_kind(request);
  throw StatusError(invalid(options, "", {std::move(cause)}));
}

FieldValidation parse_validation(const RestRequest& request) {
  const std::string value = query_value(request, "fieldValidation");
  if (value.empty() || value == "Warn") return FieldValidation::warn;
  if (value == "Strict") return FieldValidation::strict;
  if (value == "Ignore") return FieldValidation::ignore;
  refuse(request, {"FieldValueNotSupported",
                   "Unsupported value: \"" + value + R"(": supported values: "", "Ignore", "Strict", "Warn")",
                   "fieldValidation"});
}

// Without a fieldManager it is the product that the User-Agent names, as of a real server.
std::string manager_of(const RestRequest& request) {
  std::string manager = query_value(request, "fieldManager");
  if (manager.size() > kMaxManager) {
    refuse(request, {"FieldValueTooLong", "Too long: may not be more than 128 bytes", "fieldManager"});
  }
  if (manager.empty()) manager = request.user_agent.substr(0, request.user_agent.find('/'));
  return manager.empty() ? "unknown" : manager.substr(0, kMaxManager);
}

bool is_forced(const RestRequest& request) {
  const std::string value = query_value(request, "force");
  return value == "true" || value == "1";
}

}  // namespace

Commit parse_dry_run(const RestRequest& request) {
  const auto found = request.query.find("dryRun");
  if (found == request.query.end()) return Commit::store;
  if (found->second == "All") return Commit::dry_run;
  refuse(request, {"FieldValueNotSupported",
                   "Unsupported value: [" + quoted_text(found->second) + R"(]: supported values: "All")", "dryRun"});
}

WriteOptions parse_write_options(const RestRequest& request, bool is_apply) {
  if (is_apply && query_value(request, "fieldManager").empty()) {
    refuse(request, {"FieldValueRequired", "Required value: is required for apply patch", "fieldManager"});
  }
  if (!is_apply && is_forced(request)) {
    refuse(request, {"FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force"});
  }
  return {parse_dry_run(request), parse_validation(request), manager_of(request), is_forced(request)};
}

}  // namespace kplane::testing::server
