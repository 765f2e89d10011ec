// The command line of an example: `--name VALUE` and `--switch`. Shared by the examples.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace examples {

/// The command line is invalid.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Each flag is taken once; finish() then reports unknown arguments.
class Flags {
 public:
  Flags(int count, char** words) : words_(words + 1, words + count) {}

  [[nodiscard]] bool take_switch(std::string_view name) {
    const auto found = std::ranges::find(words_, name);
    if (found == words_.end()) return false;
    words_.erase(found);
    return true;
  }

  [[nodiscard]] std::string take(std::string_view name, std::string_view otherwise) {
    const auto found = std::ranges::find(words_, name);
    if (found == words_.end()) return std::string(otherwise);
    if (found + 1 == words_.end()) throw UsageError(std::string(name) + " needs a value");
    const std::string value = found[1];
    words_.erase(found, found + 2);
    return value;
  }

  [[nodiscard]] std::int32_t take(std::string_view name, std::int32_t otherwise) {
    const std::string text = take(name, std::to_string(otherwise));
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = error == std::errc() && end == text.data() + text.size() && value >= 0;
    if (!is_number) throw UsageError(std::string(name) + " needs a number from 0 to 2147483647, not: " + text);
    return value;
  }

  void finish() const {
    if (!words_.empty()) throw UsageError("unknown argument: " + words_.front());
  }

 private:
  std::vector<std::string> words_;
};

}  // namespace examples
