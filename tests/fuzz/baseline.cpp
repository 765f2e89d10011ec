// Fuzz target: a baseline. What is JSON gets the digest of its state, without which nothing but the check of that would
// be reached.
#include <kplane/baseline.hpp>

#include <string>

#include <nlohmann/json.hpp>

#include "target.hpp"

namespace kplane::fuzz::baseline_target {
namespace {

using nlohmann::json;

std::string with_digest(std::string_view text) {
  json tree = json::parse(text, nullptr, false);
  if (!tree.is_object() || !tree.contains("state")) return std::string(text);
  try {
    DiffOptions ignored;
    const json& given = tree.value("ignored", json::object());
    if (given.is_object()) {
      ignored.ignored_fields = given.value("fields", std::vector<std::string>());
      ignored.ignored_types = given.value("types", std::vector<std::string>());
      ignored.ignore_server_fields = given.value("serverFields", true);
    }
    tree["digest"] = digest(Snapshot::from_json(tree["state"].dump()), ignored).hex();
  } catch (const json::exception&) {
    return std::string(text);
  } catch (const Error&) {
    return std::string(text);
  }
  return tree.dump();
}

void run(std::string_view input) {
  try {
    const Baseline baseline = Baseline::from_json(with_digest(input));
    const Baseline again = Baseline::from_json(baseline.json());
    require(again.digest() == baseline.digest(), "a baseline that is written and read has the same digest");
    require(again.json() == baseline.json(), "and the same text");
    require(diff(baseline.state(), again.state(), baseline.ignored()).empty(), "and the same state");
  } catch (const DecodeError&) {  // none
  } catch (const ConfigError&) {  // what it ignores is no pointer
  }
}

const Registration registration("baseline", run);

}  // namespace
}  // namespace kplane::fuzz::baseline_target
