// The plain main of a fuzz target: runs it over files, and over what becomes of each by truncation and by changed
// bytes. Usage: TARGET DIRECTORY...
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "target.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t always_cut = 256;  // a file no longer than this is cut at every byte

/// How often a file is cut or changed: long ones less often, so that a whole corpus takes seconds.
std::size_t variants(std::size_t size) { return std::clamp<std::size_t>(30'000 / (size + 1), 8, 100); }

constexpr std::uint_fast32_t seed = 20260521;

void run(std::string_view input) {
  // A block of exactly this size, so that the address sanitizer sees a read beyond it.
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void run_truncated(std::string_view input) {
  const std::size_t step = input.size() <= always_cut ? 1 : input.size() / variants(input.size()) + 1;
  for (std::size_t size = 0; size < input.size(); size += step) run(input.substr(0, size));
}

void run_changed(std::string input) {
  if (input.empty()) return;
  constexpr std::string_view telling =
      "\"\\{}[]:,0-eEnul \n\x00\x7f\xc3\xff"
      "~/%&?#";
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::size_t> position(0, input.size() - 1);
  std::uniform_int_distribution<std::size_t> character(0, telling.size() - 1);
  std::uniform_int_distribution<unsigned> bit(0, 7);
  for (std::size_t i = 0; i < variants(input.size()); ++i) {
    char& changed = input[position(random)];
    const char original = changed;
    changed = i % 2 == 0 ? telling[character(random)]
                         : static_cast<char>(static_cast<unsigned char>(original) ^ (1U << bit(random)));
    run(input);
    changed = original;
  }
}

std::vector<fs::path> files_below(int count, char** directories) {
  std::vector<fs::path> files;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : fs::directory_iterator(directories[i])) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int count, char** arguments) {
  std::string current;
  try {
    const std::vector<fs::path> files = files_below(count, arguments);
    if (files.empty()) throw std::runtime_error("no corpus");
    for (const fs::path& file : files) {
      current = file.string();
      const std::string input = content_of(file);
      run(input);
      run_truncated(input);
      run_changed(input);
    }
    std::printf("%zu files\n", files.size());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", current.c_str(), error.what());
    return EXIT_FAILURE;
  }
}
