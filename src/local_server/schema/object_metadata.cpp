#include "local_server/schema/object_metadata.hpp"

#include <string>
#include <string_view>

#include "local_server/base/json_text.hpp"
#include "local_server/types/formats.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

json metadata_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? json() : *found;
}

}  // namespace

std::vector<Cause> immutable_metadata_problems(const json& before, const json& after) {
  std::vector<Cause> causes;
  for (const char* field : {"uid", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    const json wanted = metadata_member(after, field);
    // What a write leaves out stays as it is, and so does the time of a deletion that has begun.
    if (wanted.is_null() || is_empty_text(wanted) || wanted == metadata_member(before, field)) continue;
    if (std::string_view(field) == "deletionTimestamp" && before.contains(field)) continue;
    const Cause cause{"FieldValueInvalid", "Invalid value: " + to_text(wanted) + ": field is immutable",
                      std::string("metadata.") + field};
    causes.insert(causes.end(), 2, cause);
  }
  return causes;
}

std::vector<Cause> namespace_finalizer_problems(const json& finalizers) {
  std::vector<Cause> causes;
  if (!finalizers.is_array()) return causes;
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    if (!finalizers[i].is_string()) continue;
    const auto& name = finalizers[i].get_ref<const std::string&>();
    for (const char* format : {"qualified_name", "finalizer"}) {
      for (const auto& problem : find_format(format)(name)) {
        causes.push_back({"FieldValueInvalid", "Invalid value: " + quoted_text(name) + ": " + problem,
                          "spec.finalizers[" + std::to_string(i) + "]"});
      }
    }
  }
  return causes;
}

}  // namespace kplane::testing::server
