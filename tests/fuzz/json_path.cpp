// Fuzz target: JSONPath, as the command line and as CustomResourceDefinitions have it. The input is a path, and on the
// lines after it the object; without these, a fixed one.
#include "cli/output/json_path.hpp"

#include <string>

#include <nlohmann/json.hpp>

#include <kplane/error.hpp>

#include "local_server/print/json_path.hpp"
#include "target.hpp"

namespace kplane::fuzz::json_path_target {
namespace {

constexpr std::string_view fixed =
    R"({"items":[{"metadata":{"name":"web","labels":{"a/b":"x"}},"n":1},{"metadata":{"name":"db"},"n":2.5}],)"
    R"("status":{"conditions":[{"type":"Ready","status":"True"}]},"a":[[1,2],[3]],"t":true,"z":null})";

void run(std::string_view input) {
  const std::size_t end = input.find('\n');
  const std::string path(input.substr(0, end));
  const std::string_view text = end == std::string_view::npos ? fixed : input.substr(end + 1);
  try {
    static_cast<void>(cli::json_path(path, cli::Json::parse(text)));
  } catch (const ConfigError& error) {
    require(error.what()[0] != '\0', "an error says what is wrong");
  } catch (const nlohmann::json::exception&) {  // no object
    return;
  }
  const nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_discarded()) static_cast<void>(testing::server::find_by_json_path(object, path));
}

const Registration registration("json_path", run);

}  // namespace
}  // namespace kplane::fuzz::json_path_target
