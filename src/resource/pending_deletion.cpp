// Considers deletionTimestamp, deletionGracePeriodSeconds and finalizers, and for a namespace also phase and
// spec.finalizers.
#include "resource/pending_deletion.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/excerpt.hpp"

namespace kplane::detail {

namespace {

constexpr std::size_t most_shown = 10;

std::int64_t grace_of(const Object& object) {
  return object.get<std::int64_t>("/metadata/deletionGracePeriodSeconds").value_or(0);
}

/// `spec.finalizers` of other types is an ordinary field.
std::vector<Object> finalizers_of_spec(const Object& object) {
  const auto phase = object.get<std::string_view>("/status/phase");
  return phase == "Terminating" ? object.elements("/spec/finalizers") : std::vector<Object>();
}

std::string list_of(std::string_view what, const std::vector<Object>& finalizers) {
  if (finalizers.empty()) return {};
  std::string text = ", " + std::string(what);
  for (std::size_t i = 0; i < finalizers.size() && i < most_shown; ++i) {
    text += (i == 0 ? " " : ", ") + excerpt(finalizers[i].get<std::string_view>("").value_or("?"));
  }
  if (finalizers.size() > most_shown) text += " and " + std::to_string(finalizers.size() - most_shown) + " more";
  return text;
}

}  // namespace

bool is_marked(const Object& object) { return object.get<std::string_view>("/metadata/deletionTimestamp").has_value(); }

bool is_held(const Object& object) {
  if (!is_marked(object)) return false;
  return grace_of(object) > 0 || !object.elements("/metadata/finalizers").empty() ||
         !finalizers_of_spec(object).empty();
}

std::string what_holds(const Object& object) {
  const auto marked = object.get<std::string>("/metadata/deletionTimestamp");
  if (!marked) return {};
  std::string text = "marked for deletion (deletionTimestamp " + excerpt(*marked);
  if (object.get<std::string_view>("/status/phase") == "Terminating") text += ", phase Terminating";
  if (const std::int64_t grace = grace_of(object); grace > 0) text += ", grace period " + std::to_string(grace) + " s";
  text += list_of("finalizers", object.elements("/metadata/finalizers"));
  text += list_of("spec.finalizers", finalizers_of_spec(object));
  return text + ')';
}

}  // namespace kplane::detail
