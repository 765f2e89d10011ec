// Converts a step to a line and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/rl/step.hpp>

namespace kplane::rl::recording {

/// The part of a step that is in the index.
struct StepName {
  std::int64_t episode = 0;
  std::int64_t step = 0;
  std::string plane{};
};

/// A line in pieces, so that the state's text is not copied.
struct StepLine {
  StepName name;
  std::string head;                     ///< up to the state
  std::vector<std::string_view> state;  ///< views of the Step, or of `one_line`
  std::string one_line;                 ///< the state without line breaks, if it had any
  std::string_view tail;                ///< after the state, including the newline
  std::size_t size = 0;                 ///< of all of it
  std::uint32_t checksum = 0;           ///< of all of it
};

/// All of it, in order.
[[nodiscard]] std::vector<std::string_view> pieces_of(const StepLine& line);

/// @param step must outlive the result
/// @throws ConfigError; DecodeError when a Secret's text is not JSON
[[nodiscard]] StepLine write_step_line(const Step& step, bool keep_secrets);

/// Reads no more of the line than necessary. @throws DecodeError
[[nodiscard]] StepName read_step_name(std::string_view line);
/// @throws DecodeError
[[nodiscard]] Step read_step_line(std::string_view line);

}  // namespace kplane::rl::recording
