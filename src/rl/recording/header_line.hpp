// The first line of a recording: what it says of itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <kplane/rl/recorder.hpp>
#include <kplane/rl/recording.hpp>

namespace kplane::rl::recording {

/// Of the form that this library writes.
inline constexpr std::int64_t format_version = 1;

/// How every header begins.
inline constexpr std::string_view header_mark = R"({"recording":)";

/// With its end. @throws ConfigError when `info` is not JSON
[[nodiscard]] std::string write_header_line(const RecorderOptions& options);

/// @param path of the recording, for errors
/// @throws RecordingError; RecordingTooNew
[[nodiscard]] RecordingHeader read_header_line(std::string_view line, const std::string& path);

}  // namespace kplane::rl::recording
