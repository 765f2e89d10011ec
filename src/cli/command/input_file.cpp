#include "cli/command/input_file.hpp"

#include <array>
#include <fstream>
#include <istream>

#include <kplane/error.hpp>

namespace kplane::cli {

namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30U;

std::string read_all(std::istream& in, const std::string& name) {
  std::string text;
  std::array<char, 65'536> piece{};
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_bytes) throw ConfigError(name + " is larger than 1 GiB");
  }
  if (in.bad()) throw ConfigError(name + " cannot be read");
  return text;
}

}  // namespace

std::string read_input(const Session& session, const std::string& path) {
  if (path == "-") return read_all(session.in(), "the standard input");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw ConfigError(path + " cannot be opened");
  return read_all(in, path);
}

}  // namespace kplane::cli
