#include "cli/report/step_notes.hpp"

#include <cmath>
#include <cstddef>

#include <kplane/error.hpp>
#include <kplane/json.hpp>

#include "cli/output/shown.hpp"

namespace kplane::cli::reporting {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostNotesBytes = 65'536;  // a parsed text takes some ten times as much memory
constexpr std::size_t kMostKindBytes = 80;
constexpr std::size_t kMostMessageBytes = 400;
constexpr double kLongestMs = 1e12;

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<double> duration_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  const auto value = found->get<double>();
  if (!std::isfinite(value) || value < 0 || value > kLongestMs) return std::nullopt;
  return value;
}

/// `"Conflict: …"` is of the kind `Conflict`.
std::string kind_of_message(const std::string& message) { return message.substr(0, message.find(':')); }

void read_error(const Json& info, StepNotes& notes) {
  const auto error = info.find("error");
  if (error == info.end() || error->is_null() || *error == false) return;
  std::string kind;
  std::string message;
  if (error->is_object()) {
    kind = text_at(*error, "kind");
    message = text_at(*error, "message");
  } else if (error->is_string()) {
    message = error->get<std::string>();
    kind = kind_of_message(message);
  }
  notes.error_kind = shown(kind.empty() ? "error" : kind, kMostKindBytes);
  notes.error_message = shown(message, kMostMessageBytes);
}

}  // namespace

StepNotes read_step_notes(std::string_view info) {
  StepNotes notes;
  if (info.empty() || info.size() > kMostNotesBytes) return notes;
  try {
    const Json json = parse_json(info);
    if (!json.is_object()) return notes;
    notes.elapsed_ms = duration_at(json, "elapsed_ms");
    read_error(json, notes);
  } catch (const DecodeError&) {
    // Whoever recorded the step may note in it what he likes.
  }
  return notes;
}

}  // namespace kplane::cli::reporting
