// Dropping unknown fields, and telling of it.
#include "local_server/rest/unknown_fields.hpp"

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/schema/custom_schema.hpp"
#include "local_server/schema/known_fields.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxWarningText = 4096;

// Escaped to ASCII: the text comes from the client and goes into a header.
std::string json_quoted(const std::string& text) {
  return json(text).dump(-1, ' ', true, json::error_handler_t::replace);
}

std::vector<std::string> drop_fields(const ResourceType& type, json& object) {
  if (!type.custom) return drop_unknown_fields(type, object);
  return type.schema != nullptr ? prune_and_default(*type.schema, object) : std::vector<std::string>{};
}

[[noreturn]] void refuse(const ResourceType& type, const std::vector<std::string>& paths) {
  std::string problem = "strict decoding error: ";
  for (std::size_t i = 0; i < paths.size(); ++i)
    problem += (i > 0 ? ", " : "") + ("unknown field " + json_quoted(paths[i]));
  if (type.custom) throw StatusError(bad_request(problem));
  throw StatusError(bad_request(type.kind + " in version \"" + type.version + "\" cannot be handled as a " + type.kind +
                                ": " + problem));
}

Headers warnings(const std::vector<std::string>& paths) {
  Headers headers;
  std::size_t size = 0;
  for (const auto& path : paths) {
    std::string text = "299 - " + json_quoted("unknown field " + json_quoted(path));
    size += text.size();
    if (size > kMaxWarningText) break;
    headers.emplace_back("Warning", std::move(text));
  }
  return headers;
}

Headers settle(const ResourceType& type, const std::vector<std::string>& paths, FieldValidation validation) {
  if (paths.empty() || validation == FieldValidation::ignore) return {};
  if (validation == FieldValidation::strict) refuse(type, paths);
  return warnings(paths);
}

}  // namespace

Headers settle_unknown_fields(const ResourceType& type, json& object, FieldValidation validation) {
  return settle(type, drop_fields(type, object), validation);
}

Headers settle_applied_fields(const ResourceType& type, json& object, FieldValidation validation) {
  const auto paths = drop_fields(type, object);
  if (type.custom || paths.empty()) return settle(type, paths, validation);
  const json& metadata = object["metadata"];
  const std::string ns = string_member(metadata, "namespace");
  throw StatusError(
      undeclared_field((ns.empty() ? "/" : ns + "/") + string_member(metadata, "name"), type, paths.front()));
}

}  // namespace kplane::testing::server
