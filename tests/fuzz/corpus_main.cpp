// Runs a fuzz target over files, and over what becomes of some by truncation and by changed bytes.
// Usage: PROGRAM TARGET DIRECTORY|FILE.txt...
// Of a directory each file is an input. Of a .txt file each line is one, with the escapes of fuzz.py; these were found
// by libFuzzer, are many, and are run as they are.
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "target.hpp"

namespace kplane::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_variants = 8;  // of a file; the kept inputs have what more of them would reach
constexpr std::uint_fast32_t seed = 20260521;

void run_exact(Target target, std::string_view input) {
  // A block of exactly this size, so that the address sanitizer sees a read beyond it.
  const std::vector<char> exact(input.begin(), input.end());
  target({exact.data(), exact.size()});
}

void run_truncated(Target target, std::string_view input) {
  const std::size_t step = input.size() / most_variants + 1;
  for (std::size_t size = 0; size < input.size(); size += step) run_exact(target, input.substr(0, size));
}

void run_changed(Target target, std::string input) {
  if (input.empty()) return;
  constexpr std::string_view telling =
      "\"\\{}[]:,0-eEnul \n\x00\x7f\xc3\xff"
      "~/%&?#";
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::size_t> position(0, input.size() - 1);
  std::uniform_int_distribution<std::size_t> character(0, telling.size() - 1);
  for (std::size_t i = 0; i < most_variants; ++i) {
    char& changed = input[position(random)];
    const char original = changed;
    changed = telling[character(random)];
    run_exact(target, input);
    changed = original;
  }
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string unescaped(std::string_view line) {
  constexpr std::size_t hex_escape = 4;  // \xNN
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\') {
      text += line[i];
    } else if (line.substr(i, 2) == "\\x") {
      text += static_cast<char>(std::stoi(std::string(line.substr(i + 2, 2)), nullptr, 16));
      i += hex_escape - 1;
    } else {
      text += line[++i] == 'n' ? '\n' : line[i];
    }
  }
  return text;
}

std::size_t run_lines(Target target, const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot be read");
  std::size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) run_exact(target, unescaped(line));
  return count;
}

std::size_t run_files(Target target, const fs::path& directory) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string input = content_of(entry.path());
    run_exact(target, input);
    run_truncated(target, input);
    run_changed(target, input);
    ++count;
  }
  return count;
}

}  // namespace

int run_corpus(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw std::runtime_error("no target");
  const Target target = find_target(arguments.front());
  if (target == nullptr) throw std::runtime_error("no such target: " + arguments.front());
  std::size_t inputs = 0;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const fs::path path = arguments[i];
    inputs += path.extension() == ".txt" ? run_lines(target, path) : run_files(target, path);
  }
  if (inputs == 0) throw std::runtime_error("no corpus");
  std::printf("%zu inputs\n", inputs);
  return EXIT_SUCCESS;
}

}  // namespace kplane::fuzz

int main(int count, char** arguments) {
  try {
    return kplane::fuzz::run_corpus({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return EXIT_FAILURE;
  }
}
