#include <kplane/rl/recording.hpp>

#include <memory>
#include <string>

#include "rl/recording/recording_file.hpp"
#include "rl/recording/step_reader.hpp"

namespace kplane::rl {

Recording::Recording(const std::string& path, const RecordingOptions& options)
    : file_(std::make_shared<const recording::RecordingFile>(path, options)) {}

const std::string& Recording::path() const& noexcept { return file_->file().path(); }

std::string Recording::path() && { return file_->file().path(); }

const RecordingHeader& Recording::header() const& noexcept { return file_->header(); }

RecordingHeader Recording::header() && { return file_->header(); }

std::size_t Recording::size() const noexcept { return file_->entries().size(); }

const Vector<RecordedEpisode>& Recording::episodes() const& noexcept { return file_->episodes(); }

Vector<RecordedEpisode> Recording::episodes() && { return file_->episodes(); }

const RecordedEpisode* Recording::find(std::int64_t episode, std::string_view plane) const& noexcept {
  return file_->find(episode, plane);
}

const Vector<std::string>& Recording::planes() const& noexcept { return file_->planes(); }

Vector<std::string> Recording::planes() && { return file_->planes(); }

std::uint64_t Recording::torn_bytes() const noexcept { return file_->torn_bytes(); }

Step Recording::step(std::size_t position) const {
  if (position >= size()) {
    throw ConfigError("recording " + path() + " has " + std::to_string(size()) + " steps, but none at position " +
                      std::to_string(position));
  }
  return recording::StepReader(file_).read(position);
}

}  // namespace kplane::rl
