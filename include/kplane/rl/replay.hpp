// Reads the steps of a recording.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kplane/export.hpp>
#include <kplane/rl/recording.hpp>
#include <kplane/rl/step.hpp>

namespace kplane::rl {

/// An input range over the steps of a recording. Their states are ordinary Snapshots, identical byte for byte except
/// for the data of Secrets, so a reward function computes from them what it computed live.
///
///     for (const rl::Step& step : rl::Replay("run.jsonl.zst")) check(step, reward(step.state));
///
/// Thread safety: one thread at a time; several Replays of one Recording are independent. Move-only: a moved-from
/// Replay throws std::logic_error when used. Cost: reading all steps in order decompresses them once, with one state in
/// memory at a time. Between steps that are not adjacent, such as those of an episode that ran in parallel with others,
/// everything in between in their frames is decompressed; going back decompresses the frame from its beginning. Errors:
/// next() and iteration throw RecordingError where the recording is damaged.
class KPLANE_API Replay {
  class Impl;

 public:
  // NOLINTBEGIN(readability-identifier-naming): the names are those of the standard library
  /// The position in the Replay. An input iterator: all iterators of a Replay advance together.
  class KPLANE_API iterator {
   public:
    /// @cond the names that the standard library requires
    using iterator_category = std::input_iterator_tag;
    using value_type = Step;
    using difference_type = std::ptrdiff_t;
    using pointer = const Step*;
    using reference = const Step&;
    /// @endcond
    // NOLINTEND(readability-identifier-naming)

    /// The end.
    iterator() noexcept = default;
    /// The step. Valid until the next increment.
    reference operator*() const noexcept;
    /// A member of the step.
    pointer operator->() const noexcept { return &**this; }
    /// Reads the next step.
    iterator& operator++();
    /// The same.
    void operator++(int) { ++*this; }
    /// Whether both are at the end, or both iterate over the same Replay.
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.replay_ == b.replay_; }
    /// The opposite.
    friend bool operator!=(const iterator& a, const iterator& b) noexcept { return !(a == b); }

   private:
    friend class Replay;
    explicit iterator(Impl* replay) noexcept : replay_(replay) {}
    Impl* replay_ = nullptr;  // none: the end
  };

  /// All steps of a file, in the order in which they were recorded. @throws as Recording's constructor
  explicit Replay(const std::string& path, const RecordingOptions& options = {});
  /// All steps.
  explicit Replay(const Recording& recording);
  /// These steps, in this order: `Replay(recording, recording.find(3, "rl-0007")->steps)`.
  /// @throws ConfigError when there is no step at one of the positions
  Replay(const Recording& recording, std::vector<std::size_t> positions);
  /// Takes over the steps; the moved-from one throws std::logic_error when used.
  Replay(Replay&&) noexcept;
  /// Takes over the steps; the moved-from one throws std::logic_error when used.
  Replay& operator=(Replay&&) noexcept;
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;
  ~Replay();

  /// The next step; nullopt after the last one. @throws RecordingError
  [[nodiscard]] std::optional<Step> next();

  /// Reads the first step, or the one after those that next() returned. @throws RecordingError
  [[nodiscard]] iterator begin() &;
  iterator begin() && = delete;  ///< it would point into a temporary
  /// The end.
  [[nodiscard]] iterator end() const noexcept { return {}; }

 private:
  [[nodiscard]] Impl& impl() const;

  std::unique_ptr<Impl> impl_;  // none: moved from
};

}  // namespace kplane::rl
