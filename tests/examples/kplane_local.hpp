// KplaneLocal: a kplane-local as another process, for an example to talk to.
#pragma once

#include <csignal>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "program.hpp"

namespace kplane::tests {

/// A kplane-local that serves as long as this object lives.
class KplaneLocal {
 public:
  explicit KplaneLocal(bool tls)
      : program_(KPLANE_LOCAL, tls ? std::vector<std::string>{"--tls"} : std::vector<std::string>{}) {
    for (int lines = tls ? 3 : 2; lines > 0; --lines) note_export(program_.read_line());
  }

  /// What a shell would have after it ran the printed lines.
  [[nodiscard]] const Environment& environment() const noexcept { return environment_; }

  /// @return its exit code
  int stop() {
    program_.send_signal(SIGINT);
    return program_.wait().exit_code;
  }

 private:
  void note_export(const std::string& line) {
    constexpr char kExport[] = "export ";
    const std::size_t equals = line.find('=');
    if (line.rfind(kExport, 0) != 0 || equals == std::string::npos) throw std::runtime_error("not an export: " + line);
    const std::size_t start = sizeof kExport - 1;
    environment_[line.substr(start, equals - start)] = line.substr(equals + 1);
  }

  Program program_;
  Environment environment_;
};

}  // namespace kplane::tests
