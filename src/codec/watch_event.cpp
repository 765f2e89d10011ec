// Reads the envelope of an event, not its object.
#include "codec/watch_event.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/excerpt.hpp"
#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane::codec {

using detail::Document;

namespace {

constexpr std::array<std::pair<std::string_view, WatchLineType>, 5> types{{{"ADDED", WatchLineType::added},
                                                                           {"MODIFIED", WatchLineType::modified},
                                                                           {"DELETED", WatchLineType::deleted},
                                                                           {"BOOKMARK", WatchLineType::bookmark},
                                                                           {"ERROR", WatchLineType::error}}};

WatchLineType type_of(const Document& line, const json::Value& value) {
  const auto name = json::as_string(line, value);
  for (const auto& [known, type] : types) {
    if (name == known) return type;
  }
  json::fail_at(line, value.text.data(), "not the type of a watch event");
}

/// The error names the kind of the answer, if it has one.
[[noreturn]] void refuse(const Document& line, const Object& whole) {
  const auto kind = whole.get<std::string_view>("/kind");
  json::fail_at(line, line.text().data(),
                "not a watch event: it has no type or no object" +
                    (kind ? "; the answer is a " + detail::excerpt(*kind) : std::string()) +
                    "; does a proxy drop the query of the request?");
}

/// Not an event: a failure sent as a success, or an answer to something other than a watch.
WatchLine decode_answer(const std::shared_ptr<const Document>& line, const json::Value& value) {
  Object whole = detail::ObjectAccess::make_object(line, value.text);
  const bool is_failure =
      whole.get<std::string_view>("/kind") == "Status" && whole.get<std::string_view>("/status") == "Failure";
  if (!is_failure) refuse(*line, whole);
  return {WatchLineType::error, std::move(whole)};
}

}  // namespace

WatchLine decode_watch_line(const std::shared_ptr<const Document>& line) {
  const json::Value value = json::root(*line);
  std::optional<WatchLineType> type;
  std::optional<Object> object;
  for (const json::Field& field : json::fields(*line, value)) {
    if (field.key == "type") type = type_of(*line, field.value);
    if (field.key == "object" && field.value.kind == json::Kind::object) {
      object = detail::ObjectAccess::make_object(line, field.value.text);
    }
  }
  if (!type || !object) return decode_answer(line, value);
  return {*type, *std::move(object)};
}

}  // namespace kplane::codec
