// What the program's exit code says. Documented in docs/command-line.md.
#pragma once

namespace kplane::cli {

enum ExitCode : int {
  success = 0,
  negative = 1,     ///< it worked, and the answer is no: states differ, a check failed, some planes failed
  usage = 2,        ///< a wrong argument, option, file or setting; nothing was sent
  refused = 3,      ///< the server answered with a failure
  unreachable = 4,  ///< no usable answer: network, TLS, a deadline, no credential, not what the contract says
  internal = 70,    ///< an error of the program, or of the machine
  stopped = 130,    ///< a signal ended it; 143 for SIGTERM
};

}  // namespace kplane::cli
