// The weights of the kinds. What costs a whole deadline is rare.
#include "chaos/fault_plan.hpp"

namespace kplane::tests {

namespace {

enum class Of { none, request, tls };

struct Kind {
  std::string_view name;
  Of of;
  std::uint32_t weight;  // among those of the same
  bool is_carried_out;
};

constexpr std::array<Kind, fault_kinds> kinds = {{
    {"none", Of::none, 0, true},
    {"delayed", Of::request, 10, true},
    {"trickled request", Of::request, 5, true},
    {"trickled answer", Of::request, 5, true},
    {"refused", Of::request, 2, false},
    {"reset before", Of::request, 8, false},
    {"cut request", Of::request, 8, false},
    {"reset after", Of::request, 8, true},
    {"closed after", Of::request, 8, true},
    {"half-closed", Of::request, 6, true},
    {"cut answer", Of::request, 12, true},
    {"silent", Of::request, 1, true},
    {"silent in answer", Of::request, 1, true},
    {"429", Of::request, 8, false},
    {"503", Of::request, 6, false},
    {"504 after", Of::request, 6, true},
    {"502 HTML", Of::request, 5, false},
    {"200 HTML", Of::request, 4, false},
    {"302", Of::request, 3, false},
    {"etcd gone", Of::request, 5, false},
    {"etcd lost", Of::request, 5, true},
    {"restarted", Of::request, 1, false},
    {"cut handshake", Of::tls, 6, false},
    {"silent handshake", Of::tls, 1, false},
    {"plain text", Of::tls, 2, false},
    {"other authority", Of::tls, 2, false},
    {"renegotiated", Of::tls, 5, true},
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

FaultKind chosen_kind(Of of, std::uint64_t random) {
  const auto weight_of = [of](const Kind& kind) { return kind.of == of ? kind.weight : 0; };
  std::uint32_t all = 0;
  for (const Kind& kind : kinds) all += weight_of(kind);
  auto left = static_cast<std::uint32_t>(random % all);
  std::size_t index = 0;
  while (left >= weight_of(kinds[index])) left -= weight_of(kinds[index++]);
  return static_cast<FaultKind>(index);
}

PlannedFault planned(Of of, std::uint64_t first, double chance) {
  constexpr double all = 18446744073709551616.0;  // 2^64
  const std::uint64_t second = mixed(first);
  const bool is_one = static_cast<double>(first) < chance * all;
  return {is_one ? chosen_kind(of, second >> 32U) : FaultKind::none, static_cast<std::uint32_t>(second)};
}

}  // namespace

std::string_view name_of(FaultKind kind) { return kinds[static_cast<std::size_t>(kind)].name; }

bool is_carried_out(FaultKind kind) { return kinds[static_cast<std::size_t>(kind)].is_carried_out; }

bool is_of_tls(FaultKind kind) { return kinds[static_cast<std::size_t>(kind)].of == Of::tls; }

std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t index) { return mixed(mixed(seed) + index); }

PlannedFault planned_fault(std::uint64_t seed, std::string_view stream, std::uint64_t ordinal, double chance) {
  return planned(Of::request, derived_seed(seed ^ hash_of(stream), ordinal), chance);
}

PlannedFault planned_tls_fault(std::uint64_t seed, std::uint64_t ordinal, double chance) {
  return planned(Of::tls, derived_seed(seed ^ hash_of("TLS"), ordinal), chance);
}

}  // namespace kplane::tests
