#include "local_server/rest/unknown_fields.hpp"

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/schema/custom_schema.hpp"
#include "local_server/schema/decode.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxWarningText = 4096;

// Escaped to ASCII: the text comes from the client and goes into a header.
std::string json_quoted(const std::string& text) {
  return json(text).dump(-1, ' ', true, json::error_handler_t::replace);
}

[[noreturn]] void refuse(const ResourceType& type, const json& object, const std::string& problem, Origin origin) {
  if (origin == Origin::patch) {
    throw StatusError(invalid(
        {}, "", {{"FieldValueInvalid", "Invalid value: " + quoted_text(to_text(object)) + ": " + problem, "patch"}}));
  }
  throw StatusError(bad_request(type.kind + " in version \"" + type.version + "\" cannot be handled as a " + type.kind +
                                ": " + problem));
}

std::string strict_problem(const std::vector<std::string>& paths) {
  std::string problem = "strict decoding error: ";
  for (std::size_t i = 0; i < paths.size(); ++i) {
    problem += (i > 0 ? ", " : "") + ("unknown field " + json_quoted(paths[i]));
  }
  return problem;
}

std::vector<std::string> settle_fields(const ResourceType& type, json& object, Origin origin) {
  if (type.custom) {
    return type.schema != nullptr ? prune_and_default(*type.schema, object) : std::vector<std::string>{};
  }
  try {
    return decode(type, object);
  } catch (const DecodeError& error) {
    refuse(type, object, error.what(), origin);
  }
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

Headers settle(const ResourceType& type, const json& object, const std::vector<std::string>& paths,
               FieldValidation validation, Origin origin) {
  if (paths.empty() || validation == FieldValidation::ignore) return {};
  if (validation == FieldValidation::strict) refuse(type, object, strict_problem(paths), origin);
  return warnings(paths);
}

}  // namespace

Headers settle_unknown_fields(const ResourceType& type, json& object, FieldValidation validation, Origin origin) {
  const auto paths = settle_fields(type, object, origin);
  return settle(type, object, paths, validation, origin);
}

}  // namespace kplane::testing::server
