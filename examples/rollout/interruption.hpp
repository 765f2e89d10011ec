// Ctrl-C as an ordinary way out, so that every destructor runs and the Fleet is removed.
#pragma once

#include <stdexcept>

namespace rollout {

/// The user has pressed Ctrl-C.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// From now on Ctrl-C only sets a flag; a second one ends the process at once.
void catch_interrupts();

[[nodiscard]] bool is_interrupted() noexcept;

/// @throws Interrupted once Ctrl-C was pressed
void throw_if_interrupted();

}  // namespace rollout
