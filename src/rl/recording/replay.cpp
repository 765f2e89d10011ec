#include <kplane/rl/replay.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "rl/recording/recording_file.hpp"
#include "rl/recording/step_reader.hpp"

namespace kplane::rl {

class Replay::Impl {
 public:
  explicit Impl(const std::shared_ptr<const recording::RecordingFile>& file)
      : reader_(file), size_(file->entries().size()) {}
  Impl(const std::shared_ptr<const recording::RecordingFile>& file, std::vector<std::size_t> positions)
      : reader_(file), positions_(std::move(positions)), size_(positions_->size()) {}

  std::optional<Step> next() {
    if (next_ == size_) {
      reader_.finish();
      return std::nullopt;
    }
    Step step = reader_.read(positions_ ? (*positions_)[next_] : next_);
    ++next_;
    return step;
  }

  /// @return whether there is one
  bool advance() {
    current_ = next();
    return current_.has_value();
  }
  [[nodiscard]] const Step& current() const noexcept { return *current_; }

 private:
  recording::StepReader reader_;
  std::optional<std::vector<std::size_t>> positions_;  // none: all
  std::size_t size_;
  std::size_t next_ = 0;
  std::optional<Step> current_;
};

namespace {

std::vector<std::size_t> checked(std::vector<std::size_t> positions, const Recording& recording) {
  const auto last = std::max_element(positions.begin(), positions.end());
  if (last != positions.end() && *last >= recording.size()) {
    throw ConfigError("recording " + recording.path() + " has " + std::to_string(recording.size()) +
                      " steps, but none at position " + std::to_string(*last));
  }
  return positions;
}

}  // namespace

Replay::Replay(const std::string& path, const RecordingOptions& options) : Replay(Recording(path, options)) {}

Replay::Replay(const Recording& recording) : impl_(std::make_unique<Impl>(recording.file_)) {}

Replay::Replay(const Recording& recording, std::vector<std::size_t> positions)
    : impl_(std::make_unique<Impl>(recording.file_, checked(std::move(positions), recording))) {}

Replay::Replay(Replay&&) noexcept = default;
Replay& Replay::operator=(Replay&&) noexcept = default;
Replay::~Replay() = default;

std::optional<Step> Replay::next() { return impl().next(); }

Replay::iterator Replay::begin() & { return impl().advance() ? iterator(impl_.get()) : iterator(); }

Replay::Impl& Replay::impl() const {
  if (!impl_) throw std::logic_error("kplane::rl::Replay: used after it was moved from");
  return *impl_;
}

Replay::iterator::reference Replay::iterator::operator*() const noexcept { return replay_->current(); }

Replay::iterator& Replay::iterator::operator++() {
  if (!replay_->advance()) replay_ = nullptr;
  return *this;
}

}  // namespace kplane::rl
