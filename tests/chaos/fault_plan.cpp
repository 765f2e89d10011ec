// The weights of the kinds. What costs a whole deadline is rare.
#include "chaos/fault_plan.hpp"

#include <numeric>

namespace kplane::tests {

namespace {

struct Kind {
  std::string_view name;
  std::uint32_t weight;
  bool is_carried_out;
};

constexpr std::array<Kind, fault_kinds> kinds = {{
    {"none", 0, true},
    {"delayed", 10, true},
    {"trickled request", 5, true},
    {"trickled answer", 5, true},
    {"refused", 2, false},
    {"reset before", 8, false},
    {"cut request", 8, false},
    {"reset after", 8, true},
    {"closed after", 8, true},
    {"half-closed", 6, true},
    {"cut answer", 12, true},
    {"silent", 1, true},
    {"silent in answer", 1, true},
    {"429", 8, false},
    {"503", 6, false},
    {"504 after", 6, true},
    {"502 HTML", 5, false},
    {"200 HTML", 4, false},
    {"302", 3, false},
    {"etcd gone", 5, false},
    {"etcd lost", 5, true},
    {"restarted", 1, false},
}};

// splitmix64, whose numbers are the same with every standard library.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

// FNV-1a.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

FaultKind chosen_kind(std::uint64_t random) {
  const std::uint32_t all = std::accumulate(kinds.begin(), kinds.end(), std::uint32_t{0},
                                            [](std::uint32_t sum, const Kind& kind) { return sum + kind.weight; });
  auto left = static_cast<std::uint32_t>(random % all);
  std::size_t index = 0;
  while (left >= kinds[index].weight) left -= kinds[index++].weight;
  return static_cast<FaultKind>(index);
}

}  // namespace

std::string_view name_of(FaultKind kind) { return kinds[static_cast<std::size_t>(kind)].name; }

bool is_carried_out(FaultKind kind) { return kinds[static_cast<std::size_t>(kind)].is_carried_out; }

std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t index) { return mixed(mixed(seed) + index); }

PlannedFault planned_fault(std::uint64_t seed, std::string_view stream, std::uint64_t ordinal, double chance) {
  const std::uint64_t first = derived_seed(seed ^ hash_of(stream), ordinal);
  constexpr double all = 18446744073709551616.0;  // 2^64
  if (static_cast<double>(first) >= chance * all) return {};
  const std::uint64_t second = mixed(first);
  return {chosen_kind(second >> 32U), static_cast<std::uint32_t>(second)};
}

}  // namespace kplane::tests
