#include <kplane/rl/shard.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>

#include <kplane/error.hpp>

#include "rl/run/run_core.hpp"
#include "rl/run/run_store.hpp"
#include "rl/shard/launcher_environment.hpp"

namespace kplane::rl {

namespace {

using detail::variable;

constexpr const char* own_rank = "KPLANE_SHARD_RANK";
constexpr const char* own_size = "KPLANE_SHARD_SIZE";
constexpr const char* job_index = "JOB_COMPLETION_INDEX";
constexpr std::string_view way_out =
    ", or set KPLANE_SHARD_RANK and KPLANE_SHARD_SIZE, which count whatever the others say";

/// Two variables that say together which shard this is.
struct Pair {
  const char* rank;
  const char* size;
  const char* advice;  ///< for who has only one of them
};

constexpr std::array<Pair, 3> launchers = {{
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "start the program with mpirun, or unset it"},
    {"PMI_RANK", "PMI_SIZE", "start the program with mpiexec, or unset it"},
    {"RANK", "WORLD_SIZE", "torchrun sets both: start the program with it, or unset it"},
}};
constexpr Pair indexed_job = {job_index, own_size, "the size is what the Job's .spec.completions says"};
constexpr Pair slurm = {"SLURM_PROCID", "SLURM_NTASKS", "start the program with srun and --ntasks, or unset it"};
constexpr Pair chosen = {own_rank, own_size, "set both, or none"};

struct FoundShard {
  Pair pair;
  Shard shard;
};

std::string shown(const char* name) {
  constexpr std::size_t longest = 32;
  const std::string value = variable(name);
  return std::string(name) + '=' + (value.size() <= longest ? value : value.substr(0, longest) + "...");
}

std::string shown(const Pair& pair) { return shown(pair.rank) + " and " + shown(pair.size); }

std::size_t number(const char* name) {
  const std::string text = variable(name);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  throw ConfigError(shown(name) + " is not a number of 0 or more");
}

Shard shard_of(const Pair& pair) {
  const std::size_t rank = number(pair.rank);
  const std::size_t size = number(pair.size);
  if (rank < size) return {rank, size};
  throw ConfigError(shown(pair) + " name no shard: the rank must be less than the size");
}

/// @return nullopt when neither is set @throws ConfigError when only one is
std::optional<FoundShard> find(const Pair& pair) {
  const bool has_rank = !variable(pair.rank).empty();
  const bool has_size = !variable(pair.size).empty();
  if (!has_rank && !has_size) return std::nullopt;
  if (has_rank && has_size) return FoundShard{pair, shard_of(pair)};
  throw ConfigError(shown(has_rank ? pair.rank : pair.size) + " is set, but not " + (has_rank ? pair.size : pair.rank) +
                    ": " + pair.advice + std::string(way_out));
}

bool is_same(const Shard& a, const Shard& b) noexcept { return a.rank() == b.rank() && a.size() == b.size(); }

void agree(std::optional<FoundShard>& found, const std::optional<FoundShard>& other) {
  if (!other) return;
  if (found && !is_same(found->shard, other->shard)) {
    throw ConfigError(shown(found->pair) + " contradict " + shown(other->pair) + ": unset the wrong ones" +
                      std::string(way_out));
  }
  found = other;
}

/// A Job's index alone says nothing where a launcher runs within its pods.
std::optional<FoundShard> find_job() {
  if (variable(job_index).empty() || variable(own_size).empty()) return std::nullopt;
  return find(indexed_job);
}

std::optional<FoundShard> find_launched() {
  std::optional<FoundShard> found;
  for (const Pair& pair : launchers) agree(found, find(pair));
  agree(found, find_job());
  return found;
}

// The finalizer of splitmix64, which is a bijection: different inputs never meet.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

/// `which` tells apart what is counted: ranks and indices.
std::uint64_t seed_of(std::uint64_t base, std::uint64_t which, std::uint64_t number) noexcept {
  return mixed(mixed(mixed(base) ^ which) + number);
}

std::string ending_of(const std::string& launch) {
  std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
  for (const char c : launch) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  hash = mixed(hash);
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr int length = 10;
  std::string text;
  for (int i = 0; i < length; ++i) {
    text += letters[hash % letters.size()];
    hash /= letters.size();
  }
  return text;
}

}  // namespace

Shard::Shard(std::size_t rank, std::size_t size) : rank_(rank), size_(size) {
  if (rank < size) return;
  throw ConfigError("a Shard's rank is less than its size, which rank " + std::to_string(rank) + " of " +
                    std::to_string(size) + " is not");
}

Shard Shard::from_env() {
  if (!variable(own_rank).empty()) return find(chosen)->shard;
  if (const std::optional<FoundShard> found = find_launched()) return found->shard;
  if (!variable(job_index).empty()) return find(indexed_job)->shard;
  if (!variable(own_size).empty()) return find(chosen)->shard;
  const std::optional<FoundShard> found = find(slurm);
  return found ? found->shard : Shard();
}

ShardRange Shard::range(std::size_t count) const noexcept {
  const std::size_t each = count / size_;
  const std::size_t larger = count % size_;
  const auto begin_of = [&](std::size_t rank) { return rank * each + std::min(rank, larger); };
  return {begin_of(rank_), begin_of(rank_ + 1)};
}

std::uint64_t Shard::seed(std::uint64_t base) const noexcept { return seed_of(base, 0, rank_); }

std::uint64_t Shard::seed(std::uint64_t base, std::size_t index) noexcept { return seed_of(base, 1, index); }

std::string run_id_from_env(std::string_view name) {
  constexpr std::size_t longest_name = 39;
  constexpr int random_ending = 10;
  check_run_name(name, longest_name, "run_id_from_env(): the name");
  const std::string launch = detail::launch_id();
  if (!launch.empty()) return std::string(name) + '-' + ending_of(launch);
  if (Shard::from_env().size() == 1) return std::string(name) + '-' + random_letters(random_ending);
  throw ConfigError(
      "nothing in the environment tells this launch from others: set KPLANE_RUN_ID to the same text in all its "
      "processes, and to another one in each launch");
}

}  // namespace kplane::rl
