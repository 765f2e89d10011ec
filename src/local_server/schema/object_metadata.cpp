#include "local_server/schema/object_metadata.hpp"

#include <string>
#include <string_view>

#include "local_server/base/json_text.hpp"
#include "local_server/types/formats.hpp"

namespace kplane::testing::server {

using nlohmann::json;

void add_problems(const std::vector<std::string>& problems, const std::string& text, const std::string& field,
                  std::vector<Cause>& causes) {
  for (const auto& problem : problems) {
    causes.push_back({"FieldValueInvalid", "Invalid value: " + quoted_text(text) + ": " + problem, field});
  }
}

std::vector<Cause> immutable_metadata_problems(const json& before, const json& after) {
  std::vector<Cause> causes;
  for (const char* field : {"uid", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    const json& wanted = member_or_null(after, field);
    // Omitted fields stay as they are, and so does the deletionTimestamp.
    if (wanted.is_null() || is_empty_text(wanted) || wanted == member_or_null(before, field)) continue;
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
      add_problems(find_format(format)(name), name, "spec.finalizers[" + std::to_string(i) + "]", causes);
    }
  }
  return causes;
}

}  // namespace kplane::testing::server
