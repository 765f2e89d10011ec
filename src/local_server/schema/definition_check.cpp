#include "local_server/schema/definition_check.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "local_server/base/characters.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/schema/custom_definitions.hpp"
#include "local_server/schema/structural_schema.hpp"
#include "local_server/types/formats.hpp"
#include "local_server/types/pattern.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

bool contains(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool is_dns_label(const std::string& text) {
  constexpr std::size_t kLongest = 63;
  return !text.empty() && text.size() <= kLongest && text.front() >= 'a' && text.front() <= 'z' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

std::string indexed(const std::string& path, std::size_t i) { return path + "[" + std::to_string(i) + "]"; }

/// The path of a part of the versions in messages: what is the same in all versions is reported once, for the
/// definition.
struct Place {
  std::string path{};
  bool is_repeated = false;
};

Place place_of(const json& versions, std::size_t i, const char* part, const char* of_definition) {
  const bool alike = std::all_of(versions.begin(), versions.end(), [&](const json& version) {
    return member_or_empty(version, part) == member_or_empty(versions.front(), part);
  });
  if (alike) return {std::string("spec.") + of_definition, i > 0};
  return {indexed("spec.versions", i) + "." + part, false};
}

class DefinitionCheck {
 public:
  DefinitionCheck(const json& definition, const json* before)
      : definition_(definition),
        spec_(member_or_empty(definition, "spec")),
        names_(member_or_empty(spec_, "names")),
        before_(before) {}

  std::vector<Cause> check() {
    check_group();
    check_choice("spec.scope", string_member(spec_, "scope"), {"Cluster", "Namespaced"});
    check_versions();
    check_names();
    if (spec_.contains("conversion")) check_conversion(spec_["conversion"]);
    if (is_true(spec_, "preserveUnknownFields")) {
      invalid(
          "spec.preserveUnknownFields", true,
          "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
    }
    if (before_ != nullptr) {
      check_change(member_or_empty(*before_, "spec"));
    } else {
      check_name();
      check_approval();
    }
    return std::move(causes_);
  }

 private:
  void invalid(const std::string& field, const json& value, const std::string& problem) {
    causes_.push_back({"FieldValueInvalid", "Invalid value: " + to_text(value) + ": " + problem, field});
  }
  void required(const std::string& field, const std::string& why = {}) {
    Cause cause = missing_field(field);
    if (!why.empty()) cause.message += ": " + why;
    causes_.push_back(std::move(cause));
  }
  void forbidden(const std::string& field, const std::string& problem) {
    causes_.push_back({"FieldValueForbidden", "Forbidden: " + problem, field});
  }
  void check_label(const std::string& field, const std::string& text) {
    if (!is_dns_label(text)) invalid(field, text, kLabel1035Rule);
  }
  void check_choice(const std::string& field, const std::string& value, const Words& choices) {
    if (value.empty()) return required(field);
    if (contains(choices, value)) return;
    std::string all;
    for (const auto& choice : choices) all += (all.empty() ? "" : ", ") + quoted_text(choice);
    causes_.push_back(
        {"FieldValueNotSupported", "Unsupported value: " + quoted_text(value) + ": supported values: " + all, field});
  }

  void check_name() {
    const std::string name = string_member(member_or_empty(definition_, "metadata"), "name");
    if (name == string_member(names_, "plural") + "." + string_member(spec_, "group")) return;
    invalid("metadata.name", name, R"(must be spec.names.plural+"."+spec.group)");
  }

  void check_group() {
    const std::string group = string_member(spec_, "group");
    if (group.empty()) return required("spec.group");
    if (!is_subdomain(group)) return invalid("spec.group", group, kSubdomainRule);
    if (group.find('.') == std::string::npos) invalid("spec.group", group, "should be a domain with at least one dot");
  }

  void check_approval() {
    const std::string group = string_member(spec_, "group");
    if (!ends_with(group, ".k8s.io") && !ends_with(group, ".kubernetes.io")) return;
    const std::string rule = "protected groups must have approval annotation \"api-approved.kubernetes.io\"";
    const std::string see = ", see https://github.com/kubernetes/enhancements/pull/1111";
    const std::string field = "metadata.annotations[api-approved.kubernetes.io]";
    const json& annotations = member_or_empty(member_or_empty(definition_, "metadata"), "annotations");
    const std::string approval = string_member(annotations, "api-approved.kubernetes.io");
    if (approval.empty()) return required(field, rule + see);
    static const Pattern url("^[A-Za-z][A-Za-z0-9+.-]*://[^/ ]+");
    if (starts_with(approval, "unapproved") || url.matches(approval)) return;
    invalid(field, approval, rule + " with either a URL or a reason starting with \"unapproved\"" + see);
  }

  void check_versions() {
    const json& versions = member_or_empty(spec_, "versions");
    std::set<std::string> names;
    std::size_t stored = 0;
    const std::size_t count = versions.is_array() ? versions.size() : 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (is_true(versions[i], "storage")) ++stored;
      names.insert(string_member(versions[i], "name"));
      check_version(versions, i);
    }
    const json shown = shown_versions(versions);
    if (names.size() != count) invalid("spec.versions", shown, "must contain unique version names");
    if (stored != 1) invalid("spec.versions", shown, "must have exactly one version marked as storage version");
    if (before_ == nullptr && stored == 0) {
      invalid("status.storedVersions", json(), "must have at least one stored version");
    }
  }

  static json shown_versions(const json& versions) {
    if (!versions.is_array()) return {};
    json shown = json::array();
    for (const auto& version : versions) {
      shown.push_back({{"Name", string_member(version, "name")},
                       {"Served", is_true(version, "served")},
                       {"Storage", is_true(version, "storage")}});
    }
    return shown;
  }

  void check_version(const json& versions, std::size_t i) {
    const json& version = versions[i];
    const std::string path = indexed("spec.versions", i);
    const std::string name = string_member(version, "name");
    check_label(path + ".name", name);
    if (i == 0 && !name.empty()) check_label("spec.version", name);
    check_deprecation(version, path + ".deprecationWarning");
    check_schema(versions, i);
    const Place subresources = place_of(versions, i, "subresources", "subresources");
    if (!subresources.is_repeated) check_subresources(member_or_empty(version, "subresources"), subresources.path);
    const Place columns = place_of(versions, i, "additionalPrinterColumns", "additionalPrinterColumns");
    if (!columns.is_repeated) check_columns(member_or_empty(version, "additionalPrinterColumns"), columns.path);
    const Place selectable = place_of(versions, i, "selectableFields", "selectableFields");
    if (!selectable.is_repeated) check_selectable(version, selectable.path);
  }

  void check_deprecation(const json& version, const std::string& field) {
    constexpr std::size_t kLongest = 256;
    const json& warning = member_or_empty(version, "deprecationWarning");
    if (!warning.is_string()) return;
    const auto& text = warning.get_ref<const std::string&>();
    if (!is_true(version, "deprecated")) invalid(field, warning, "can only be set for deprecated versions");
    if (text.size() > kLongest) invalid(field, warning, "must be <= 256 characters long");
    if (text.empty()) invalid(field, warning, "must not be an empty string");
    const auto bad = std::find_if(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
    if (bad == text.end()) return;
    invalid(field, warning,
            "must only contain printable UTF-8 characters; non-printable character found at index " +
                std::to_string(bad - text.begin()));
  }

  void check_schema(const json& versions, std::size_t i) {
    const json& whole = member_or_empty(versions[i], "schema");
    if (!whole.is_object() || !whole.contains("openAPIV3Schema") || !whole["openAPIV3Schema"].is_object()) {
      return required(indexed("spec.versions", i) + ".schema.openAPIV3Schema");
    }
    const json& schema = whole["openAPIV3Schema"];
    const Place place = place_of(versions, i, "schema", "validation");
    if (place.is_repeated) return;
    const std::string path = place.path + ".openAPIV3Schema";
    if (member_or_empty(versions[i], "subresources").contains("status")) check_root_of_status(schema, path);
    for (auto& cause : structural_problems(schema, path)) causes_.push_back(std::move(cause));
  }

  // With a status subresource, the status has its own schema, taken from the whole.
  void check_root_of_status(const json& schema, const std::string& path) {
    const std::string type = string_member(schema, "type");
    if (!type.empty() && type != "object") {
      invalid(path + ".type", type,
              "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled");
    }
    for (const char* junctor : {"anyOf", "allOf", "oneOf", "not"}) {
      if (!schema.contains(junctor)) continue;
      return invalid(path, schema,
                     "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength "
                     "MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties "
                     "ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed at the root of the "
                     "schema if the status subresource is enabled");
    }
  }

  void check_subresources(const json& subresources, const std::string& path) {
    if (!subresources.contains("scale")) return;
    const json& scale = subresources["scale"];
    const std::string where = path + ".scale.";
    check_path(where + "specReplicasPath", string_member(scale, "specReplicasPath"), {".spec."}, ".spec");
    check_path(where + "statusReplicasPath", string_member(scale, "statusReplicasPath"), {".status."}, ".status");
    const std::string selector = string_member(scale, "labelSelectorPath");
    if (selector.empty()) return;
    check_path(where + "labelSelectorPath", selector, {".spec.", ".status."}, "either .spec or .status");
  }

  void check_path(const std::string& field, const std::string& path, const Words& starts, const std::string& wanted) {
    if (path.empty()) return required(field);
    if (path.front() != '.') return invalid(field, path, "must be a simple json path starting with .");
    const bool is_below =
        std::any_of(starts.begin(), starts.end(), [&](const std::string& start) { return starts_with(path, start); });
    if (!is_below) invalid(field, path, "should be a json path under " + wanted);
  }

  void check_columns(const json& columns, const std::string& path) {
    static const Words types = {"boolean", "date", "integer", "number", "string"};
    static const Words formats = {"byte", "date", "date-time", "double", "float", "int32", "int64", "password"};
    for (std::size_t i = 0; columns.is_array() && i < columns.size(); ++i) {
      const std::string where = indexed(path, i) + ".";
      if (string_member(columns[i], "name").empty()) required(where + "name");
      const std::string type = string_member(columns[i], "type");
      if (type.empty()) required(where + "type", "must be one of " + listed(types));
      check_word(where + "type", type, types);
      check_word(where + "format", string_member(columns[i], "format"), formats);
      const std::string json_path = string_member(columns[i], "jsonPath");
      if (json_path.empty()) {
        required(where + "JSONPath");
      } else if (json_path.front() != '.') {
        invalid(where + "JSONPath", json_path, "must be a simple json path starting with .");
      }
    }
  }

  static std::string listed(const Words& words) {
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : ",") + word;
    return all;
  }

  void check_word(const std::string& field, const std::string& word, const Words& words) {
    if (!word.empty() && !contains(words, word)) invalid(field, word, "must be one of " + listed(words));
  }

  void check_selectable(const json& version, const std::string& path) {
    const json& fields = member_or_empty(version, "selectableFields");
    const json& schema = member_or_empty(member_or_empty(version, "schema"), "openAPIV3Schema");
    std::set<std::string> seen;
    for (std::size_t i = 0; fields.is_array() && i < fields.size(); ++i) {
      const std::string where = indexed(path, i) + ".jsonPath";
      const std::string json_path = string_member(fields[i], "jsonPath");
      if (json_path.empty()) {
        required(where);
      } else if (!seen.insert(json_path).second) {
        causes_.push_back({"FieldValueDuplicate", "Duplicate value: " + quoted_text(json_path), where});
      } else {
        check_selectable_path(where, json_path, schema);
      }
    }
  }

  void check_selectable_path(const std::string& field, const std::string& json_path, const json& schema) {
    const std::string invalid_path = "is an invalid path: ";
    if (json_path.front() != '.') {
      return invalid(field, json_path,
                     invalid_path + "expected [ or . but got: " + json_path.substr(0, json_path.find('.')));
    }
    if (json_path.find('[') != std::string::npos) {
      return invalid(field, json_path, invalid_path + "array notation is not allowed");
    }
    const std::string type = starts_with(json_path, ".metadata.") ? "" : type_at(schema, json_path);
    if (type.empty()) return invalid(field, json_path, invalid_path + "does not refer to a valid field");
    if (type == "string" || type == "boolean" || type == "integer") return;
    invalid(field, json_path,
            "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are "
            "allowed.");
  }

  void check_names() {
    const std::string path = "spec.names.";
    for (const char* name : {"plural", "singular", "kind", "listKind"}) {
      const std::string text = string_member(names_, name);
      if (text.empty()) required(path + name);
      const bool is_kind = std::string_view(name) == "kind" || std::string_view(name) == "listKind";
      if (text.empty() || is_dns_label(is_kind ? lower_case(text) : text)) continue;
      const std::string may = is_kind ? "may have mixed case, but should otherwise match: " : "";
      invalid(path + name, text, may + kLabel1035Rule);
    }
    for (const char* list : {"shortNames", "categories"}) {
      const Words words = strings_member(names_, list);
      for (std::size_t i = 0; i < words.size(); ++i) check_label(indexed(path + list, i), words[i]);
    }
    const std::string kind = string_member(names_, "kind");
    if (!kind.empty() && kind == string_member(names_, "listKind")) {
      invalid(path + "listKind", kind, "kind and listKind may not be the same");
    }
  }

  void check_conversion(const json& conversion) {
    const std::string strategy = string_member(conversion, "strategy");
    check_choice("spec.conversion.strategy", strategy, {"None", "Webhook"});
    const json& webhook = member_or_empty(conversion, "webhook");
    const std::string client = "spec.conversion.webhookClientConfig";
    const std::string reviews = "spec.conversion.conversionReviewVersions";
    const Words versions = strings_member(webhook, "conversionReviewVersions");
    if (strategy != "Webhook") {
      const std::string problem = "should not be set when strategy is not set to Webhook";
      if (webhook.contains("clientConfig")) forbidden(client, problem);
      if (!versions.empty()) forbidden(reviews, problem);
      return;
    }
    check_client(webhook, client);
    if (versions.empty()) return required(reviews);
    if (contains(versions, "v1") || contains(versions, "v1beta1")) return;
    invalid(reviews, versions, "must include at least one of v1, v1beta1");
  }

  void check_client(const json& webhook, const std::string& path) {
    const json& config = member_or_empty(webhook, "clientConfig");
    if (!webhook.contains("clientConfig")) return required(path, "required when strategy is set to Webhook");
    if (config.contains("url") == config.contains("service")) {
      return required(path, "exactly one of url or service is required");
    }
    const std::string url = string_member(config, "url");
    if (config.contains("service") || starts_with(url, "https://")) return;
    invalid(path + ".url", url.substr(0, url.find(':')),
            "'https' is the only allowed URL scheme; desired format: https://host[/path]");
  }

  void check_change(const json& old) {
    const json& old_names = member_or_empty(old, "names");
    check_kept("spec.group", member_or_empty(spec_, "group"), member_or_empty(old, "group"));
    check_kept("spec.names.plural", member_or_empty(names_, "plural"), member_or_empty(old_names, "plural"));
    if (is_established(*before_)) {
      check_kept("spec.scope", member_or_empty(spec_, "scope"), member_or_empty(old, "scope"));
      check_kept("spec.names.kind", member_or_empty(names_, "kind"), member_or_empty(old_names, "kind"));
    }
    const Words stored = strings_member(member_or_empty(definition_, "status"), "storedVersions");
    for (std::size_t i = 0; i < stored.size(); ++i) check_stored(stored[i], indexed("status.storedVersions", i));
  }

  void check_kept(const std::string& field, const json& now, const json& before) {
    if (now != before) invalid(field, now, "field is immutable");
  }

  void check_stored(const std::string& stored, const std::string& field) {
    const json& versions = member_or_empty(spec_, "versions");
    const bool is_there = std::any_of(versions.begin(), versions.end(),
                                      [&](const json& version) { return string_member(version, "name") == stored; });
    if (is_there) return;
    invalid(field, stored,
            "missing from spec.versions; " + stored +
                " was previously a storage version, and must remain in spec.versions until a storage migration ensures "
                "no data remains persisted in " +
                stored + " and removes " + stored + " from status.storedVersions");
  }

  const json& definition_;
  const json& spec_;
  const json& names_;
  const json* before_;
  std::vector<Cause> causes_;
};

}  // namespace

std::vector<Cause> definition_problems(const json& definition, const json* before) {
  return DefinitionCheck(definition, before).check();
}

}  // namespace kplane::testing::server
