#include "arguments.hpp"

#include <charconv>
#include <string>
#include <system_error>

namespace rollout {

namespace {

constexpr std::int32_t kMaxPlanes = 10'000;
constexpr int kMaxSteps = 1'000'000;

template <class Number>
Number parse_number(std::string_view option, std::string_view text, Number min, Number max) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && stop == end && number >= min && number <= max) return number;
  throw UsageError(std::string(option) + " takes a whole number from " + std::to_string(min) + " to " +
                   std::to_string(max) + ", not '" + std::string(text) + "'");
}

void set_option(Arguments& parsed, std::string_view option, std::string_view value) {
  if (option == "--planes") {
    parsed.planes = parse_number<std::int32_t>(option, value, 1, kMaxPlanes);
  } else if (option == "--steps") {
    parsed.steps = parse_number<int>(option, value, 1, kMaxSteps);
  } else if (option == "--shop") {
    parsed.shop = value;
  } else {
    parsed.seed = parse_number<std::uint64_t>(option, value, 0, UINT64_MAX);
  }
}

bool takes_value(std::string_view option) {
  return option == "--planes" || option == "--steps" || option == "--seed" || option == "--shop";
}

}  // namespace

Arguments parse_arguments(int count, const char* const* arguments) {
  Arguments parsed;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = arguments[i];
    if (option == "--help" || option == "-h") {
      parsed.help = true;
    } else if (option == "--json") {
      parsed.json = true;
    } else if (!takes_value(option)) {
      throw UsageError("unknown option " + std::string(option));
    } else if (++i == count) {
      throw UsageError(std::string(option) + " needs a value");
    } else {
      set_option(parsed, option, arguments[i]);
    }
  }
  return parsed;
}

std::string_view usage() noexcept {
  return R"(usage: rollout [--planes N] [--steps N] [--seed N] [--shop FILE] [--json]

Puts a broken shop into each plane of a fresh Fleet, lets a random agent repair
or break one thing per step, and scores every plane after each step. Runs against
KPLANE_HOST (with KPLANE_TOKEN) if it is set, otherwise against its own server.

  --planes N   how many planes (default: 64)
  --steps N    how many steps (default: 3)
  --seed N     the agent's seed, which determines actions and scores (default: 1)
  --shop FILE  manifests that every plane begins with (default: shop.yaml in
               the sources)
  --json       print one JSON document instead of the table
  --help       show this text
)";
}

}  // namespace rollout
