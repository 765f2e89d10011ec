// Shard: which planes are this process's, of those that several processes share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/export.hpp>
#include <kplane/vector.hpp>

namespace kplane::rl {

/// A half-open range of indices.
struct ShardRange {
  std::size_t begin = 0;  ///< the first index
  std::size_t end = 0;    ///< one past the last

  /// How many there are.
  [[nodiscard]] std::size_t size() const noexcept { return end - begin; }
};

/// One of `size` processes that do the same work on different planes: which of them this is. The processes are started
/// by what a trainer has anyway: MPI, SLURM, a Kubernetes Indexed Job, torchrun.
///
///     const auto shard = kplane::rl::Shard::from_env();
///     for (const kplane::Plane& plane : shard.of(planes)) …
///
/// Thread safety: a value, immutable. Cost: none; from_env() reads environment variables.
class KPLANE_API Shard {
 public:
  /// One shard of one: everything.
  Shard() noexcept = default;
  /// @throws ConfigError unless 0 <= `rank` < `size`
  Shard(std::size_t rank, std::size_t size);

  /// What the launcher of this process says, in this order:
  ///
  /// - `KPLANE_SHARD_RANK` with `KPLANE_SHARD_SIZE`: whatever the others say
  /// - `OMPI_COMM_WORLD_RANK` with `OMPI_COMM_WORLD_SIZE` (Open MPI), `PMI_RANK` with `PMI_SIZE` (MPICH, Intel MPI),
  ///   `RANK` with `WORLD_SIZE` (torchrun), `JOB_COMPLETION_INDEX` (Kubernetes Indexed Job) with `KPLANE_SHARD_SIZE`,
  ///   which must say what the Job's `.spec.completions` says, because the Job does not
  /// - `SLURM_PROCID` with `SLURM_NTASKS` (SLURM), which may describe the allocation in which one of the above runs,
  /// and
  ///   so count only where none of them is set
  ///
  /// None of them is one shard of one. An empty variable counts as unset. @throws ConfigError that names the variables
  /// when only one of a pair is set, when one is no number or out of range, or when two pairs of the second group
  /// contradict each other
  [[nodiscard]] static Shard from_env();

  /// Which one this is, from 0.
  [[nodiscard]] std::size_t rank() const noexcept { return rank_; }
  /// How many there are.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Which of `count` things are this shard's. All shards together have each index once, in the order of their ranks,
  /// so that results put together by rank are in the order of the things; sizes differ by at most one, the first shards
  /// have the larger ones. The same on every machine.
  [[nodiscard]] ShardRange range(std::size_t count) const noexcept;
  /// The elements that are this shard's: those of range(). Copies them.
  template <class T>
  [[nodiscard]] Vector<T> of(const std::vector<T>& all) const {
    const ShardRange mine = range(all.size());
    Vector<T> own;
    own.reserve(mine.size());
    for (std::size_t i = mine.begin; i < mine.end; ++i) own.push_back(all[i]);
    return own;
  }

  /// A seed of this shard's own. It depends on `base` and the rank alone, the same on every machine and in every
  /// version of this library; seeds of different ranks, and of neighbouring bases, have nothing in common.
  [[nodiscard]] std::uint64_t seed(std::uint64_t base) const noexcept;
  /// A seed for the thing of that index, such as a plane, among all shards': it does not depend on how many shards
  /// there are, so that a run gives the same result on one machine as on many.
  [[nodiscard]] static std::uint64_t seed(std::uint64_t base, std::size_t index) noexcept;

 private:
  std::size_t rank_ = 0;
  std::size_t size_ = 1;
};

/// An ID for join_fleet() that all processes of this launch work out alike, and that another launch does not: `name`
/// with an ending that follows from what the launcher says of the launch. That is `KPLANE_RUN_ID` where it is set (such
/// as an Indexed Job's uid, by the downward API), or else what Open MPI, SLURM or torchrun (with `--rdzv-id`) has set.
/// A process alone gets a random ending.
/// @param name lower case letters, digits and `-`, at most 39, beginning with a letter or digit
/// @throws ConfigError when the name is wrong; when there are several shards and no launcher says which launch it is
[[nodiscard]] KPLANE_API std::string run_id_from_env(std::string_view name);

}  // namespace kplane::rl
