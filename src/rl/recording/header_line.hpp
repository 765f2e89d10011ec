// The first line of a recording.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <kplane/rl/recorder.hpp>
#include <kplane/rl/recording.hpp>

namespace kplane::rl::recording {

/// Of the format that this library writes.
inline constexpr std::int64_t format_version = 1;

/// Of a header, including its newline.
inline constexpr std::size_t max_header_bytes = std::size_t{16} << 20U;

/// The beginning of every header.
inline constexpr std::string_view header_mark = R"({"recording":)";

/// Includes the newline. @throws ConfigError when `info` is not JSON or too deep, or the line would be too long
[[nodiscard]] std::string write_header_line(const RecorderOptions& options);

/// @param path of the recording, for errors
/// @throws RecordingError; RecordingTooNew
[[nodiscard]] RecordingHeader read_header_line(std::string_view line, const std::string& path);

}  // namespace kplane::rl::recording
