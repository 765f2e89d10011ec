#include "local_server/print/view.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct MediaRange {
  std::string type{};
  std::map<std::string, std::string> parameters{};
  double quality = 1;
};

std::string without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return std::string(text.substr(0, text.find_last_not_of(" \t") + 1));
}

std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

MediaRange read_range(std::string_view text) {
  MediaRange range;
  range.type = without_blanks(take_until(text, ';'));
  while (!text.empty()) {
    std::string_view value = take_until(text, ';');
    const std::string name = without_blanks(take_until(value, '='));
    range.parameters[name] = without_blanks(value);
  }
  const auto quality = range.parameters.find("q");
  if (quality != range.parameters.end()) range.quality = std::strtod(quality->second.c_str(), nullptr);
  return range;
}

std::vector<MediaRange> read_accept(std::string_view accept) {
  std::vector<MediaRange> ranges;
  while (!accept.empty()) {
    MediaRange range = read_range(take_until(accept, ','));
    if (!range.type.empty()) ranges.push_back(std::move(range));
  }
  std::stable_sort(ranges.begin(), ranges.end(),
                   [](const MediaRange& a, const MediaRange& b) { return a.quality > b.quality; });
  return ranges;
}

std::optional<View::Form> form_of(const MediaRange& range) {
  const auto parameter = [&](const char* name) {
    const auto found = range.parameters.find(name);
    return found == range.parameters.end() ? std::string{} : found->second;
  };
  const std::string as = parameter("as");
  const std::string version = parameter("v");
  if (as.empty()) return View::Form::whole;
  if (parameter("g") != "meta.k8s.io" || (version != "v1" && version != "v1beta1")) return std::nullopt;
  if (as == "Table") return View::Form::table;
  if (as == "PartialObjectMetadata") return View::Form::metadata;
  if (as == "PartialObjectMetadataList") return View::Form::metadata_list;
  return std::nullopt;
}

bool is_served(const std::string& type) {
  return type == kJsonType || type == kYamlType || type == "*/*" || type == "application/*";
}

View::Row row_of(const std::string& include_object) {
  if (include_object.empty() || include_object == "Metadata") return View::Row::metadata;
  if (include_object == "Object") return View::Row::whole;
  if (include_object == "None") return View::Row::none;
  throw StatusError(bad_request("Unable to convert to Table as requested: includeObject: Invalid value: \"" +
                                include_object + "\": must be 'Metadata', 'Object', 'None', or empty"));
}

ordered_json metadata_only(const View& view, const json& object) {
  ordered_json partial = {{"kind", "PartialObjectMetadata"}, {"apiVersion", "meta.k8s.io/" + view.version}};
  partial["metadata"] = object.value("metadata", json::object());
  return partial;
}

// A finished pod is marked, so that kubectl can leave it out.
ordered_json conditions_of(const std::string& kind, const json& object) {
  const std::string phase = kind == "Pod" ? string_at(object, ".status.phase") : "";
  if (phase != "Succeeded" && phase != "Failed") return nullptr;
  const char* const message = phase == "Failed" ? "The pod failed." : "The pod has completed successfully.";
  return ordered_json::array({{{"type", "Completed"}, {"status", "True"}, {"reason", phase}, {"message", message}}});
}

struct ViewKind {
  std::string api_version{};
  std::string kind{};
};

ordered_json row_of(const View& view, const Printer& printer, const ViewKind& kind, const json& object) {
  ordered_json row = {{"cells", printer.cells(object)}};
  ordered_json conditions = conditions_of(kind.kind, object);
  if (!conditions.is_null()) row["conditions"] = std::move(conditions);
  row["object"] = nullptr;
  if (view.row == View::Row::metadata) row["object"] = metadata_only(view, object);
  if (view.row != View::Row::whole) return row;
  row["object"] = {{"kind", kind.kind}, {"apiVersion", kind.api_version}};
  row["object"].update(object);
  return row;
}

ordered_json table_of(const View& view, const Printer& printer, const ViewKind& kind, const json& metadata,
                      const std::vector<const json*>& objects) {
  ordered_json list_metadata = ordered_json::object();
  for (const char* field : {"resourceVersion", "continue", "remainingItemCount"}) {
    const auto found = metadata.find(field);
    if (found != metadata.end() && !is_empty_text(*found)) list_metadata[field] = *found;
  }
  ordered_json table = {{"kind", "Table"},
                        {"apiVersion", "meta.k8s.io/" + view.version},
                        {"metadata", std::move(list_metadata)},
                        {"columnDefinitions", printer.columns()},
                        {"rows", ordered_json::array()}};
  for (const json* object : objects) table["rows"].push_back(row_of(view, printer, kind, *object));
  return table;
}

ordered_json metadata_list(const View& view, const json& list) {
  ordered_json partial = {{"kind", "PartialObjectMetadataList"},
                          {"apiVersion", "meta.k8s.io/" + view.version},
                          {"metadata", list.value("metadata", json::object())},
                          {"items", ordered_json::array()}};
  for (const auto& item : list["items"]) partial["items"].push_back(metadata_only(view, item));
  return partial;
}

std::vector<const json*> objects_of(const json& document, bool is_list) {
  if (!is_list) return {&document};
  std::vector<const json*> objects;
  for (const auto& item : document["items"]) objects.push_back(&item);
  return objects;
}

ordered_json in_form(const View& view, const ResourceType& type, const json& document) {
  ViewKind kind{string_member(document, "apiVersion"), string_member(document, "kind")};
  const bool is_list = document.contains("items") && document["items"].is_array();
  if (view.form == View::Form::metadata && is_list) {
    throw StatusError(
        not_acceptable("you requested PartialObjectMetadata, but the requested object is a list (*" + kind.kind + ")"));
  }
  if (view.form == View::Form::metadata_list && !is_list) {
    throw StatusError(not_acceptable(
        "you requested PartialObjectMetadataList, but the requested object is not a list (*" + kind.kind + ")"));
  }
  if (view.form == View::Form::metadata) return metadata_only(view, document);
  if (view.form == View::Form::metadata_list) return metadata_list(view, document);
  if (is_list) kind.kind = type.kind;
  const auto printer = printer_of(type, kind.api_version, kind.kind);
  return table_of(view, *printer, kind, document.value("metadata", json::object()), objects_of(document, is_list));
}

}  // namespace

View negotiate_view(std::string_view accept, const std::string& include_object) {
  if (accept == kJsonType) return {};
  const auto ranges = read_accept(accept);
  if (ranges.empty()) return {};
  for (const auto& range : ranges) {
    const auto form = form_of(range);
    if (!form || !is_served(range.type)) continue;
    View view;
    view.form = *form;
    if (*form == View::Form::table) view.row = row_of(include_object);
    if (*form != View::Form::whole) view.version = range.parameters.at("v");
    if (range.type == kYamlType) view.media_type = kYamlType;
    return view;
  }
  throw StatusError(
      not_acceptable(std::string("only the following media types are accepted: ") + kJsonType + ", " + kYamlType));
}

Answer shown(const View& view, const ResourceType& type, Answer answer) {
  if (answer.stream || answer.content_type != kJsonType) return answer;
  answer.content_type = view.media_type;
  if (view.form == View::Form::whole) return answer;
  const json document = json::parse(answer.body);
  if (string_member(document, "kind") != "Status") answer.body = to_text(in_form(view, type, document)) + "\n";
  return answer;
}

EventView::EventView(View view, const ResourceType& type)
    : view_(std::move(view)),
      printer_(view_.form == View::Form::table ? printer_of(type, server::api_version(type), type.kind) : nullptr),
      api_version_(server::api_version(type)),
      kind_(type.kind) {}

std::string EventView::text(std::string object) {
  if (view_.form == View::Form::whole) return object;
  const json document = json::parse(object);
  if (printer_ == nullptr) return to_text(metadata_only(view_, document));
  ordered_json table =
      table_of(view_, *printer_, {api_version_, kind_}, document.value("metadata", json::object()), {&document});
  if (!has_headers_) table["columnDefinitions"] = nullptr;
  has_headers_ = false;
  return to_text(table);
}

}  // namespace kplane::testing::server
