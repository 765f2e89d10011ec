// Finding: what one check of the doctor says.
#pragma once

#include <string>
#include <utility>

#include <kplane/error.hpp>

#include "cli/output/json_output.hpp"

namespace kplane::cli {

enum class Verdict {
  ok,
  warning,  ///< works, or may work, but not as one would wish
  failure,  ///< a trainer will not work
  skipped,  ///< could not be looked at
};

struct Finding {
  Verdict verdict = Verdict::ok;
  std::string detail{};  ///< what was found; may hold text from the server
  std::string advice{};  ///< what to do about it; empty: nothing
  Json data{};           ///< the same for programs; null: nothing more than `detail`
};

[[nodiscard]] inline Finding ok(std::string detail, Json data = nullptr) {
  return {Verdict::ok, std::move(detail), {}, std::move(data)};
}
[[nodiscard]] inline Finding warning(std::string detail, std::string advice, Json data = nullptr) {
  return {Verdict::warning, std::move(detail), std::move(advice), std::move(data)};
}
[[nodiscard]] inline Finding failure(std::string detail, std::string advice, Json data = nullptr) {
  return {Verdict::failure, std::move(detail), std::move(advice), std::move(data)};
}
[[nodiscard]] inline Finding skipped(std::string detail) { return {Verdict::skipped, std::move(detail), {}, nullptr}; }

/// An error that a check met, as a failure, with what to do about one of its kind.
[[nodiscard]] Finding failure_from(const Error& error);

}  // namespace kplane::cli
