#include "local_server/schema/object_metadata.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "local_server/base/characters.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/schema/validation.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kInvalid[] = "FieldValueInvalid";

Cause invalid_value(const std::string& field, const std::string& value, const std::string& problem) {
  return {kInvalid, "Invalid value: " + value + ": " + problem, field};
}

// Of a qualified name: the part after the prefix.
std::string name_part_problem(std::string_view name) {
  if (name.empty()) return "name part must be non-empty";
  if (name.size() > 63) return "name part must be no more than 63 characters";
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  if (is_alphanumeric(name.front()) && is_alphanumeric(name.back()) && std::all_of(name.begin(), name.end(), allowed)) {
    return {};
  }
  return "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
         "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
         "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
}

std::string prefix_problem(const std::string& prefix) {
  if (prefix.empty()) return "prefix part must be non-empty";
  static const ResourceType subdomain;
  const auto problems = name_problems(subdomain, prefix);
  return problems.empty() ? std::string() : "prefix part " + problems.front();
}

std::vector<std::string> qualified_name_problems(const std::string& name) {
  const std::size_t slash = name.find('/');
  if (slash != std::string::npos && name.find('/', slash + 1) != std::string::npos) {
    return {
        "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. "
        "'example.com/MyName')"};
  }
  std::vector<std::string> problems;
  if (slash != std::string::npos) problems.push_back(prefix_problem(name.substr(0, slash)));
  problems.push_back(name_part_problem(std::string_view(name).substr(slash == std::string::npos ? 0 : slash + 1)));
  problems.erase(std::remove(problems.begin(), problems.end(), std::string()), problems.end());
  return problems;
}

bool is_standard_finalizer(std::string_view name) {
  constexpr std::array<std::string_view, 3> standard = {"kubernetes", kOrphanFinalizer, kForegroundFinalizer};
  return std::find(standard.begin(), standard.end(), name) != standard.end();
}

bool is_controller(const json& reference) {
  const auto found = reference.find("controller");
  return found != reference.end() && *found == true;
}

// In the order in which Go writes them.
std::string references_text(const json& references) {
  std::string text;
  for (const json& reference : references) {
    nlohmann::ordered_json shown = nlohmann::ordered_json::object();
    for (const char* field : {"apiVersion", "kind", "name", "uid"}) shown[field] = string_member(reference, field);
    for (const char* field : {"controller", "blockOwnerDeletion"}) {
      if (reference.contains(field)) shown[field] = reference[field].get<bool>();
    }
    text += (text.empty() ? "" : ",") + to_text(shown);
  }
  return "[" + text + "]";
}

std::string owner_of(const json& reference) {
  return string_member(reference, "kind") + "/" + string_member(reference, "name");
}

void check_reference(const json& reference, std::vector<Cause>& causes) {
  const std::string field = "metadata.ownerReferences";
  const std::string version = string_member(reference, "apiVersion");
  const std::string kind = string_member(reference, "kind");
  const auto refuse = [&](const char* member, const std::string& value, const char* problem) {
    causes.push_back(invalid_value(field + "." + member, quoted_text(value), problem));
  };
  if (std::count(version.begin(), version.end(), '/') > 1) {
    refuse("apiVersion", version, "must be in the form of 'group/version'");
  } else if (version.substr(version.find('/') + 1).empty()) {
    refuse("version", "", "must not be empty");
  }
  if (kind.empty()) refuse("kind", kind, "must not be empty");
  for (const char* member : {"name", "uid"}) {
    if (string_member(reference, member).empty()) refuse(member, "", "must not be empty");
  }
  if (kind == "Event" && (version == "v1" || version == "events.k8s.io/v1")) {
    causes.push_back(invalid_value(field, references_text(json::array({reference})).substr(1, std::string::npos),
                                   version + ", Kind=" + kind + " is disallowed from being an owner"));
  }
}

std::vector<Cause> reference_problems(const json& references) {
  std::vector<Cause> causes;
  const json* controller = nullptr;
  for (const json& reference : references) {
    if (!reference.is_object()) continue;
    check_reference(reference, causes);
    if (!is_controller(reference)) continue;
    if (controller != nullptr) {
      causes.push_back(
          invalid_value("metadata.ownerReferences", references_text(references),
                        "Only one reference can have Controller set to true. Found \"true\" in references for " +
                            owner_of(*controller) + " and " + owner_of(reference)));
    }
    controller = &reference;
  }
  return causes;
}

json member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? json() : *found;
}

}  // namespace

std::vector<Cause> finalizer_problems(const json& finalizers, const std::string& field) {
  std::vector<Cause> causes;
  if (!finalizers.is_array()) return causes;
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    if (!finalizers[i].is_string()) continue;
    const auto& name = finalizers[i].get_ref<const std::string&>();
    for (const auto& problem : qualified_name_problems(name)) {
      causes.push_back(invalid_value(field, quoted_text(name), problem));
    }
    if (name.find('/') == std::string::npos && !is_standard_finalizer(name)) {
      causes.push_back(invalid_value(field + "[" + std::to_string(i) + "]", quoted_text(name),
                                     "name is neither a standard finalizer name nor is it fully qualified"));
    }
  }
  const auto has = [&](const char* name) {
    return std::find(finalizers.begin(), finalizers.end(), name) != finalizers.end();
  };
  if (has(kOrphanFinalizer) && has(kForegroundFinalizer)) {
    causes.push_back(
        invalid_value(field, to_text(finalizers), "finalizer orphan and foregroundDeletion cannot be both set"));
  }
  return causes;
}

std::vector<Cause> ownership_problems(const json& metadata) {
  auto causes = finalizer_problems(member(metadata, "finalizers"), "metadata.finalizers");
  const json references = member(metadata, "ownerReferences");
  if (!references.is_array()) return causes;
  for (auto& cause : reference_problems(references)) causes.push_back(std::move(cause));
  return causes;
}

std::vector<Cause> immutable_metadata_problems(const json& before, const json& after) {
  std::vector<Cause> causes;
  for (const char* field : {"uid", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    const json wanted = member(after, field);
    // What a write leaves out, or does not read as a whole, stays as it is.
    if (wanted.is_null() || wanted == "" || wanted == member(before, field)) continue;
    if (std::string_view(field) == "deletionTimestamp" && before.contains(field)) continue;
    const Cause cause = invalid_value(std::string("metadata.") + field, to_text(wanted), "field is immutable");
    causes.insert(causes.end(), 2, cause);
  }
  return causes;
}

}  // namespace kplane::testing::server
