// A step ↔ its line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/rl/step.hpp>

namespace kplane::rl::recording {

/// What an index knows of a step.
struct StepName {
  std::int64_t episode = 0;
  std::int64_t step = 0;
  std::string plane{};
};

/// A line in pieces: what a state's text is, is not copied.
struct StepLine {
  StepName name;
  std::string head;                     ///< up to the state
  std::vector<std::string_view> state;  ///< views of the Step, or of `one_line`
  std::string one_line;                 ///< a state that had line breaks
  std::string_view tail;                ///< behind the state, with the line's end
  std::size_t size = 0;                 ///< of all of it
  std::uint32_t checksum = 0;           ///< of all of it
};

/// All of it, in order.
[[nodiscard]] std::vector<std::string_view> pieces_of(const StepLine& line);

/// @param step must live as long as the result is used
/// @throws ConfigError; DecodeError when a Secret's text is not JSON
[[nodiscard]] StepLine write_step_line(const Step& step, bool keep_secrets);

/// Reads no more of the line than it takes. @throws DecodeError
[[nodiscard]] StepName read_step_name(std::string_view line);
/// @throws DecodeError
[[nodiscard]] Step read_step_line(std::string_view line);

}  // namespace kplane::rl::recording
